/**
 * DescribeConfigs (key 32), versions 0–4. After ConfigHelper.describeConfigs (3.9).
 *
 * Behaviour
 * - A topic (type 2): all its settings, or those that are asked for; UNKNOWN_TOPIC_OR_PARTITION, INVALID_TOPIC_EXCEPTION.
 * - A broker (type 4): its own settings, so it must be asked itself: INVALID_REQUEST otherwise. '' asks for the defaults that were
 *   changed for the whole cluster: there are none.
 * - Any other type: INVALID_REQUEST.
 *
 * Version notes
 * - 1 adds sources and synonyms, 3 types and documentation.
 *
 * NOT modelled: broker settings other than those that the model obeys; documentation; loggers;
 * settings that are changed later.
 */
import type { describeConfigs } from '../../wire/apis/32-describe-configs.ts'
import { errorCodes } from '../../wire/error-codes.ts'
import type { RequestOf, ResponseInput } from '../../wire/schema.ts'
import { badTopicName, type Refusal } from '../controller.ts'
import { brokerSettings, type Effective, effectiveSettings } from '../topic-config.ts'
import type { Context, Request } from '../types.ts'

type Body = RequestOf<typeof describeConfigs>
type Resource = Body['resources'][number]
type Answer = NonNullable<ResponseInput<typeof describeConfigs>['results']>[number]

const topicType = 2
const brokerType = 4

export function handle(ctx: Context, request: Request, body: Body): void {
  const results = body.resources.map((resource): Answer => {
    const { resourceType, resourceName, configurationKeys: keys } = resource
    const settings = settingsOf(ctx, request, resource)
    if (!Array.isArray(settings)) {
      const { error, message } = settings
      return { errorCode: errorCodes[error], errorMessage: message ?? '', resourceType, resourceName, configs: [] }
    }
    const wanted = keys === null || keys.length === 0 ? settings : settings.filter(({ name }) => keys.includes(name))
    const configs = wanted.map((setting) => describe(request.apiVersion, setting, body.includeSynonyms))
    return { errorCode: 0, errorMessage: '', resourceType, resourceName, configs }
  })
  ctx.answer(request, { results })
}

const unknownType: Refusal = {
  error: 'INVALID_REQUEST',
  message:
    'This most likely occurs because of a request being malformed by the client library or the message was sent to an incompatible broker. See the broker logs for more details.',
}

function settingsOf(
  ctx: Context,
  { broker }: Request,
  { resourceType, resourceName }: Resource,
): Effective[] | Refusal {
  const { state } = ctx
  if (resourceType === topicType) {
    const message = badTopicName(resourceName)
    if (message !== undefined) return { error: 'INVALID_TOPIC_EXCEPTION', message }
    const known = state.brokers.get(broker)!.image.topics.has(resourceName)
    const topic = known ? state.topics.get(resourceName) : undefined
    if (topic === undefined) return { error: 'UNKNOWN_TOPIC_OR_PARTITION', message: null }
    return effectiveSettings(state, topic.config)
  }
  if (resourceType !== brokerType) return unknownType
  if (resourceName === '') return []
  if (resourceName === String(broker)) return brokerSettings(state, broker)
  const message = `Unexpected broker id, expected ${broker} or empty string, but received ${resourceName}`
  return { error: 'INVALID_REQUEST', message }
}

function describe(version: number, setting: Effective, withSynonyms: boolean) {
  const { name, value, source, type, synonyms, isReadOnly } = setting
  return {
    name,
    value,
    readOnly: isReadOnly,
    isSensitive: false,
    synonyms: withSynonyms ? synonyms : [],
    // 3.9 leaves isDefault at false in version 0.
    ...(version === 0 ? { isDefault: false } : { configSource: source }),
    ...(version >= 3 ? { configType: type } : {}),
    documentation: null,
  }
}

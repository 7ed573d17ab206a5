/**
 * What a group never reads because of where it begins: without a position, or with one that is out of range, kafkajs begins at the end
 * unless the application subscribes with `fromBeginning`. That is the choice of who configured it.
 */
import { evidence } from '../evidence.ts'
import type { Fault } from '../verdicts.ts'
import type { Written } from '../views/inputs.ts'
import { place } from '../views/offset.ts'
import type { Views } from '../views.ts'

/** This input was never handed out. Undefined where a position had been committed at it or before it, as that says where to begin. */
export function leftByPolicy(views: Views, input: Written): Fault | undefined {
  const { message, topic, partition, offset } = input
  const wipe = views.wipes.all.findLast(({ op, topic: of }) => op < input.op && (of ?? topic) === topic)?.op ?? -1
  const owner = views.byWhat
    .of('assigned')
    .find(
      (one) =>
        one.index > wipe &&
        one.body.partitions.some((own) => own.topic === topic && own.partition === partition) &&
        views.consumers.of(one)?.policy(topic, one.index) === 'latest',
    )
  if (owner === undefined) return undefined
  const { group } = owner.body
  const line = views.commits.find((one) => one.group === group && one.topic === topic && one.partition === partition)
  const moves = line?.moves.filter((move) => move.op > wipe) ?? []
  // -1 is how kafkajs asks for the end when it finds itself out of range.
  const reset = moves.findLastIndex((move) => move.offset === -1)
  if (moves.slice(reset + 1).some((move) => move.offset <= offset)) return undefined
  const began = reset >= 0 ? 'after its position was out of range' : 'where it had committed nothing'
  const says = `${message} (${place(topic, partition, offset)}) was never handed to a handler: group ${group} began at the end, ${began}`
  return {
    party: 'configuration',
    evidence: evidence(says, [message], [input.op, owner.index, moves[reset]?.op], 'starts-at-latest'),
  }
}

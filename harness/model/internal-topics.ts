/** Topics that belong to the cluster itself (Topic.INTERNAL_TOPICS). */
export const offsetsTopic = '__consumer_offsets'
export const transactionsTopic = '__transaction_state'

const internalTopics = new Set([offsetsTopic, transactionsTopic, '__share_group_state'])

export function isInternal(topic: string): boolean {
  return internalTopics.has(topic)
}

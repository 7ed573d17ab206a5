/** Utils.abs of Java's String.hashCode, by which Kafka finds the partition of a coordinator: the one number that has no positive counterpart counts as 0. */
export function keyHash(text: string): number {
  let hash = 0
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0
  return hash === -0x8000_0000 ? 0 : Math.abs(hash)
}

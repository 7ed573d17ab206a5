/** Messages of the rejections that nobody handled while `act` ran. vitest's own listener is put aside. */
export async function unhandled(act: () => unknown): Promise<string[]> {
  const listeners = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection')
  const seen: string[] = []
  process.on('unhandledRejection', (error) => seen.push((error as Error).message))
  try {
    act()
    await new Promise((resolve) => setTimeout(resolve, 5))
  } finally {
    process.removeAllListeners('unhandledRejection')
    for (const listener of listeners) process.on('unhandledRejection', listener)
  }
  return seen
}

/**
 * Bytes that are not what the protocol says. A broker that meets one closes the connection, as Kafka does.
 * `where` is the path of the field (`FetchRequest v11: topics[].partition`), `what` is what is wrong with it.
 */
export class WireError extends Error {
  override readonly name: string = 'WireError'
  readonly what: string
  readonly where: string

  constructor(where: string, what: string) {
    super(`${where}: ${what}`)
    this.where = where
    this.what = what
  }
}

/** A value that the chosen version can't carry. Unlike a plain WireError this is a mistake of the caller, not of the peer. */
export class EncodeError extends WireError {
  override readonly name: string = 'EncodeError'
}

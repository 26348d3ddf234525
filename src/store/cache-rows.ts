/** Where an entry stands. */
export interface CacheAt {
  workspace: string
  stepType: string
  key: string
}

/** The rows of what steps keep between runs. No call holds a connection for longer than a statement takes. */
export interface CacheRows {
  /** The sealed entry, if it has not expired. */
  read(at: CacheAt): Promise<string | undefined>
  /** @returns whether the caller is now the one who makes the entry: nobody else has made it, or is at it. */
  lease(at: CacheAt, lease: string): Promise<boolean>
  /** Stores an entry, and with it ends every lease on it. */
  write(at: CacheAt, entry: { sealed: string; secrets: readonly string[]; expiresAt: Date }): Promise<void>
  /** Removes an entry, if it is still this one. */
  drop(at: CacheAt, sealed: string): Promise<void>
  /** Ends the lease of a step that has made nothing. */
  release(at: CacheAt, lease: string): Promise<void>
}

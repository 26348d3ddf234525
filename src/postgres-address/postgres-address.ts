/** One server that an address names. */
export interface DatabaseHost {
  /** As it was written, percent-decoded; IPv6 without brackets. Empty when the address has none. */
  readonly host: string
  readonly port: number
}

/** The parts of an address, decoded. What is absent is empty. */
export interface PostgresAddress {
  readonly hosts: readonly DatabaseHost[]
  readonly user: string
  readonly password: string
  readonly database: string
  /** By the names of libpq where it has one, as in {@link canonicalName}. */
  readonly parameters: ReadonlyMap<string, string>
}

export const DEFAULT_PORT = 5432

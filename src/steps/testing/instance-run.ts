/** An automation that is run once. */
export interface InstanceRun {
  readonly steps: readonly {
    readonly key: string
    readonly type: string
    readonly fields: Readonly<Record<string, unknown>>
  }[]
  /** Values by name; those of an earlier run of the same name are replaced. */
  readonly secrets?: Readonly<Record<string, string>>
  /** The trigger. */
  readonly input?: unknown
}

/** A run as people see it. */
export interface InstanceOutcome {
  readonly id: string
  readonly status: 'SUCCEEDED' | 'FAILED' | 'CANCELLED'
  readonly output: unknown
  readonly error: { readonly code: string; readonly message: string } | null
  readonly steps: readonly {
    readonly key: string
    readonly status: string
    readonly output: unknown
    readonly error: { readonly code: string; readonly message: string } | null
  }[]
}

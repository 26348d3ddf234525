/** What the Security page knows of the signed-in person. */
export interface Account {
  name: string
  email: string
  emailVerified: boolean
  twoFactor: boolean
  /** Whether the account has a password. */
  password: boolean
  /** Whether the account is connected with the provider of single sign-on. */
  oidc: boolean
}

export interface Passkey {
  id: string
  name: string | null
  createdAt: string | null
}

export interface SessionRow {
  id: string
  address: string | null
  client: string | null
  /** The id of the app that acts for the person; null: a session of theirs. */
  app: string | null
  lastSeenAt: string
  current: boolean
}

/** A section of the page needs these. */
export interface SectionProps {
  account: Account
  /** Loads the account again after a change. */
  reload: () => void
}

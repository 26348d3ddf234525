/** A token, as it is kept from one run to the next. */
export interface KeptToken {
  accessToken: string
  /** Such as `Bearer`. */
  tokenType: string
  /** In milliseconds since 1970. */
  expiresAt: number
}

export function writeKept({ accessToken, tokenType, expiresAt }: KeptToken): string {
  return JSON.stringify({ accessToken, tokenType, expiresAt })
}

export function readKept(text: string): KeptToken {
  return JSON.parse(text)
}

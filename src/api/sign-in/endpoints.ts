/** What an attempt at an endpoint is counted for, see {@link rulesFor}. */
export type Counted = 'password' | 'session-password' | 'mail' | 'address'

export interface Endpoint {
  readonly method: 'GET' | 'POST'
  /** Below /api/auth. */
  readonly path: string
  /** The fields of the body that are taken. Others are refused. */
  readonly fields?: readonly string[]
  /** The parameters of the query that are taken. Others are dropped. */
  readonly query?: readonly string[]
  readonly counted?: Counted
  /** `password`: not where only OpenID Connect signs people in. `oidc`: not where nobody does by it. */
  readonly needs?: 'password' | 'oidc'
}

/**
 * Every endpoint of sign-in that is open. What a library brings besides is switched off, and so are fields that could
 * change what an endpoint does, such as an ID token in the place of a redirect to the provider.
 */
export const endpoints: readonly Endpoint[] = [
  { method: 'GET', path: '/ways' },
  {
    method: 'POST',
    path: '/sign-in/email',
    fields: ['email', 'password', 'rememberMe'],
    counted: 'password',
    needs: 'password',
  },
  {
    method: 'POST',
    path: '/sign-up/email',
    fields: ['name', 'email', 'password', 'invitation'],
    counted: 'address',
    needs: 'password',
  },
  { method: 'POST', path: '/sign-out', fields: [] },
  { method: 'POST', path: '/request-password-reset', fields: ['email'], counted: 'mail', needs: 'password' },
  {
    method: 'POST',
    path: '/reset-password',
    fields: ['newPassword', 'token'],
    counted: 'address',
    needs: 'password',
  },
  {
    method: 'POST',
    path: '/change-password',
    fields: ['currentPassword', 'newPassword'],
    counted: 'session-password',
    needs: 'password',
  },
  { method: 'POST', path: '/send-verification-email', fields: ['email'], counted: 'mail' },
  { method: 'GET', path: '/verify-email', query: ['token'], counted: 'address' },
  { method: 'POST', path: '/update-user', fields: ['name'] },
  { method: 'GET', path: '/account' },
  { method: 'GET', path: '/sessions' },
  { method: 'POST', path: '/end-session', fields: ['id'] },
  { method: 'POST', path: '/revoke-other-sessions', fields: [] },
  {
    method: 'POST',
    path: '/two-factor/enable',
    fields: ['password'],
    counted: 'session-password',
    needs: 'password',
  },
  {
    method: 'POST',
    path: '/two-factor/disable',
    fields: ['password'],
    counted: 'session-password',
    needs: 'password',
  },
  {
    method: 'POST',
    path: '/two-factor/generate-backup-codes',
    fields: ['password'],
    counted: 'session-password',
    needs: 'password',
  },
  {
    method: 'POST',
    path: '/two-factor/verify-totp',
    fields: ['code', 'trustDevice'],
    counted: 'address',
    needs: 'password',
  },
  {
    method: 'POST',
    path: '/two-factor/verify-backup-code',
    fields: ['code', 'trustDevice'],
    counted: 'address',
    needs: 'password',
  },
  { method: 'GET', path: '/passkey/generate-register-options', counted: 'address', needs: 'password' },
  { method: 'POST', path: '/passkey/verify-registration', fields: ['response', 'name'], needs: 'password' },
  { method: 'GET', path: '/passkey/generate-authenticate-options', counted: 'address', needs: 'password' },
  {
    method: 'POST',
    path: '/passkey/verify-authentication',
    fields: ['response'],
    counted: 'address',
    needs: 'password',
  },
  { method: 'GET', path: '/passkey/list-user-passkeys', needs: 'password' },
  { method: 'POST', path: '/passkey/delete-passkey', fields: ['id'], needs: 'password' },
  {
    method: 'POST',
    path: '/sign-in/social',
    fields: ['provider', 'callbackURL'],
    counted: 'address',
    needs: 'oidc',
  },
  { method: 'POST', path: '/link-social', fields: ['provider', 'callbackURL'], needs: 'oidc' },
  {
    method: 'GET',
    path: '/callback/oidc',
    query: ['code', 'state', 'iss', 'error', 'error_description'],
    counted: 'address',
    needs: 'oidc',
  },
]

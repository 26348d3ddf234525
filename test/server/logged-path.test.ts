import { expect, test } from 'vitest'
import { loggedPath } from '../../src/server/logged-path.ts'

test.each([
  ['/w/acme/settings/tokens', '/w/acme/settings/tokens'],
  ['/api/auth/reset-password/GZx0c2t5dG9rZW4tb2YtMjQ', '/api/auth/reset-password/…'],
  ['/api/auth/sign-in/email', '/api/auth/sign-in/email'],
  ['/w/a%0Ab', '/w/…'],
  ['http://proxy.example/hooks/acme.short', '…'],
  ['*', '…'],
])('the access log shows %s as %s', (url, shown) => {
  expect(loggedPath(url)).toBe(shown)
})

import { calculateJwkThumbprint, type JWK } from 'jose'
import type { Page } from 'playwright-core'
import type { SealingKeyQuery } from '../../web/src/gql/graphql.ts'

type SealingKey = NonNullable<SealingKeyQuery['sealingKey']>

/** Makes the page receive this sealing key instead of the workspace's, until the test unroutes it. */
export async function giveSealingKey(
  page: Page,
  { kty = '', crv = '', x = '' }: JWK,
  vouching: Pick<SealingKey, 'signature' | 'rootCertificate'>,
): Promise<void> {
  const kid = await calculateJwkThumbprint({ kty, crv, x })
  const sealingKey: SealingKey & { __typename: string } = {
    ...{ __typename: 'SealingKey', id: kid, kid, successions: [], ...vouching },
    publicKey: { __typename: 'Jwk', kty, crv, x },
  }
  await page.route('**/graphql', (route) =>
    route.request().postData()?.includes('"SealingKey"')
      ? route.fulfill({ json: { data: { __typename: 'Query', sealingKey } } })
      : route.fallback(),
  )
}

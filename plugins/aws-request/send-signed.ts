import { Sensitive, type StepContext } from '../../src/steps/index.ts'
import { authorization, type SigningScope, sha256, signingKeys } from './signature.ts'

/** Keys of an account. A session token belongs to keys that live for hours. */
export interface AwsKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: Sensitive
  readonly sessionToken?: Sensitive | undefined
}

export interface AwsRequest {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: Sensitive | undefined
  readonly region: string
  readonly service: string
}

/**
 * Signs a request by Signature Version 4, and sends it. The derived keys never leave this function; the signature is
 * protected, since it stands for the secret key in this very request.
 *
 * @throws AppError of the client.
 */
export async function sendSigned(
  request: AwsRequest,
  keys: AwsKeys,
  { http, protect }: StepContext,
): Promise<Response> {
  const { method, url, body, region, service } = request
  const time = new Date().toISOString().replaceAll(/[:-]|\.\d{3}/g, '')
  const bodyHash = sha256(body?.reveal() ?? '')
  const { sessionToken } = keys
  const headers = {
    ...request.headers,
    'x-amz-date': time,
    'x-amz-content-sha256': bodyHash,
    ...(sessionToken && { 'x-amz-security-token': sessionToken.reveal() }),
  }
  const scope: SigningScope = { region, service, time }
  const key = signingKeys(keys.secretAccessKey.reveal(), scope).at(-1) as Buffer
  const signed = authorization({ method, url, headers, bodyHash }, keys, scope, key)
  protect(signed.slice(signed.lastIndexOf('=') + 1))
  return http(url, {
    method,
    headers: {
      ...headers,
      ...(sessionToken && { 'x-amz-security-token': sessionToken }),
      authorization: Sensitive.madeOf(signed, [keys.secretAccessKey]),
    },
    ...(body && { body }),
    // A redirect leads to another host or path than was signed.
    redirect: 'manual',
  })
}

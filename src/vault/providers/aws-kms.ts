import { createPublicKey } from 'node:crypto'
import type { KMSClient } from '@aws-sdk/client-kms'
import { AppError } from '../../errors.ts'
import type { HeldKey } from './held-key.ts'

const ALGORITHM = 'RSAES_OAEP_SHA_256'
const timing = { connectionTimeout: 3000, requestTimeout: 3000, throwOnRequestTimeout: true }

/** Answers that another try may not get: the service or the way to it is in trouble, and not our request. */
const PASSING =
  /^(Throttling|TooManyRequests|LimitExceeded|KMSInternal|DependencyTimeout|KeyUnavailable|Timeout|ServiceUnavailable|InternalFailure|RequestTimeout)/

/** What an operator can do about an answer. */
const advice: Readonly<Record<string, string>> = {
  AccessDeniedException: 'allow this worker kms:GetPublicKey and kms:Decrypt on the key',
  NotFoundException: 'check the account, the region and the id in LOCKSTEP_ROOT_KEY_URI',
  DisabledException: 'enable the key',
  KMSInvalidStateException: 'the key is not enabled, or about to be deleted',
  CredentialsProviderError: "give this worker credentials, by a role or by the SDK's variables",
  UnrecognizedClientException: 'the credentials are not valid',
  ExpiredTokenException: 'the credentials have expired',
}

/**
 * A key of AWS KMS: asymmetric, RSA 2048 to 4096, for ENCRYPT_DECRYPT. Credentials and endpoint are those of the
 * AWS SDK (role, AWS_… variables, AWS_ENDPOINT_URL_KMS). The region is the one in the ARN.
 *
 * Tested against the service's wire protocol; not yet run against the service itself.
 *
 * @param uri `awskms:` and the ARN of the key or of an alias.
 * @throws AppError INVALID_CONFIG, ROOT_KEY_UNAVAILABLE
 */
export async function openAwsKmsKey(uri: string): Promise<HeldKey> {
  const { arn, region } = parseUri(uri)
  const kms = await loadSdk()
  const client = new kms.KMSClient({ region, maxAttempts: 4, requestHandler: timing })
  return {
    place: uri,
    publicKey: await readPublicKey(client, kms, uri, arn),
    certificate: undefined,
    decrypt: async (encryptedKey) => {
      const input = { KeyId: arn, CiphertextBlob: encryptedKey, EncryptionAlgorithm: ALGORITHM } as const
      const { Plaintext } = await ask(uri, () => client.send(new kms.DecryptCommand(input)))
      if (!Plaintext) throw new AppError('ROOT_KEY_UNAVAILABLE', `AWS KMS answered without a plaintext.`)
      return Plaintext
    },
  }
}

function parseUri(uri: string): { arn: string; region: string } {
  const arn = uri.slice('awskms:'.length)
  const region = /^arn:aws[a-z-]*:kms:([a-z0-9-]+):\d{12}:(?:key|alias)\/[\w/-]+$/.exec(arn)?.[1]
  if (region !== undefined) return { arn, region }
  const example = 'awskms:arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'
  throw new AppError(
    'INVALID_CONFIG',
    `LOCKSTEP_ROOT_KEY_URI needs the ARN of a KMS key, such as ${example}.`,
  )
}

async function loadSdk() {
  try {
    // Lazily: it is large, and few need it.
    return await import('@aws-sdk/client-kms')
  } catch (cause) {
    const message =
      'A root key in AWS KMS needs the package @aws-sdk/client-kms: npm install @aws-sdk/client-kms'
    throw new AppError('INVALID_CONFIG', message, { cause })
  }
}

async function readPublicKey(
  client: KMSClient,
  kms: Awaited<ReturnType<typeof loadSdk>>,
  uri: string,
  arn: string,
) {
  const answer = await ask(uri, () => client.send(new kms.GetPublicKeyCommand({ KeyId: arn })))
  const { KeyUsage, KeySpec, EncryptionAlgorithms = [], PublicKey } = answer
  if (KeyUsage !== 'ENCRYPT_DECRYPT' || !EncryptionAlgorithms.includes(ALGORITHM) || !PublicKey) {
    const found = `${KeySpec ?? 'unknown'} for ${KeyUsage ?? 'unknown'}`
    const message = `${uri} is a key of ${found}; a root key is RSA for ENCRYPT_DECRYPT with ${ALGORITHM}.`
    throw new AppError('INVALID_CONFIG', message)
  }
  return createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' })
}

/** @throws AppError, or the SDK's own error when the key does not open what it was given. */
async function ask<T>(uri: string, send: () => Promise<T>): Promise<T> {
  try {
    return await send()
  } catch (cause) {
    // Only the name is shown: a message of the service may quote what it was sent.
    const name = cause instanceof Error ? cause.name : 'unknown'
    if (name === 'InvalidCiphertextException' || name === 'IncorrectKeyException') throw cause
    const fault = faultOf(cause)
    if (PASSING.test(name) || fault !== 'client') {
      const message = `AWS KMS does not answer for ${uri} (${codeOf(cause) ?? name}); Lockstep will ask again.`
      throw new AppError('ROOT_KEY_UNAVAILABLE', message, { cause })
    }
    const way = advice[name]
    const message = `AWS KMS refuses ${uri} (${name})${way === undefined ? '' : `: ${way}`}.`
    throw new AppError('INVALID_CONFIG', message, { cause })
  }
}

/** Whose fault the SDK says it is. Without credentials no request was made, which is the operator's to mend. */
function faultOf(error: unknown): unknown {
  if (error instanceof Error && error.name === 'CredentialsProviderError') return 'client'
  return error instanceof Error && '$fault' in error ? error.$fault : undefined
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

import { constants, createPrivateKey, createPublicKey, privateDecrypt } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An error that the service returns for one request instead of its result. */
export type Trouble = { status: number; type: string; message?: string } | { hang: true } | { reset: true }

/** An HTTP server with the JSON protocol of AWS KMS (awsJson1_1) for one RSA key, as its reference says. */
export interface KmsServer {
  url: string
  arn: string
  /** The requested operations, in order. */
  asked: string[]
  /** Every whole request. */
  requests: { headers: IncomingMessage['headers']; body: string }[]
  /** The next errors, after which it works again. */
  troubles: Trouble[]
  /** Fields that GetPublicKey returns instead of the true ones. */
  publicKey: Record<string, unknown>
  /** The environment that a process needs to use it. */
  env: { AWS_ENDPOINT_URL_KMS: string; AWS_ACCESS_KEY_ID: string; AWS_SECRET_ACCESS_KEY: string }
  close(): Promise<void>
}

export async function startKmsServer(pem: string): Promise<KmsServer> {
  const key = createPrivateKey(pem)
  const arn = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'
  const state: Pick<KmsServer, 'asked' | 'requests' | 'troubles' | 'publicKey'> = {
    asked: [],
    requests: [],
    troubles: [],
    publicKey: {},
  }
  const answers: Record<string, (input: Record<string, string>) => object> = {
    ['GetPublicKey']: () => ({
      KeyId: arn,
      KeyUsage: 'ENCRYPT_DECRYPT',
      KeySpec: 'RSA_2048',
      EncryptionAlgorithms: ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'],
      PublicKey: createPublicKey(key).export({ format: 'der', type: 'spki' }).toString('base64'),
      ...state.publicKey,
    }),
    ['Decrypt']: ({ CiphertextBlob = '', EncryptionAlgorithm = '' }) => {
      if (EncryptionAlgorithm !== 'RSAES_OAEP_SHA_256') throw new Error('InvalidCiphertextException')
      const padding = constants.RSA_PKCS1_OAEP_PADDING
      const options = { key, padding, oaepHash: 'sha256' }
      const plaintext = privateDecrypt(options, Buffer.from(CiphertextBlob, 'base64'))
      return { KeyId: arn, EncryptionAlgorithm, Plaintext: plaintext.toString('base64') }
    },
  }
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString()
    const operation = String(request.headers['x-amz-target']).replace('TrentService.', '')
    state.asked.push(operation)
    state.requests.push({ headers: request.headers, body })
    const trouble = state.troubles.shift()
    if (trouble) return makeTrouble(trouble, request, response)
    if (!request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 Credential=')) {
      return answer(response, 400, { __type: 'MissingAuthenticationTokenException' })
    }
    const input = JSON.parse(body) as Record<string, string>
    if (input['KeyId'] !== arn) return answer(response, 400, { __type: 'NotFoundException', message: arn })
    try {
      answer(response, 200, answers[operation]?.(input) ?? { __type: 'UnknownOperationException' })
    } catch {
      answer(response, 400, { __type: 'InvalidCiphertextException' })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const env = {
    AWS_ENDPOINT_URL_KMS: url,
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret-access-key-of-nobody-7741',
  }
  const close = async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return { url, arn, env, close, ...state }
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' })
  response.end(JSON.stringify(body))
}

function makeTrouble(trouble: Trouble, request: IncomingMessage, response: ServerResponse): void {
  if ('reset' in trouble) request.socket.destroy()
  else if ('status' in trouble) {
    answer(response, trouble.status, { __type: trouble.type, message: trouble.message ?? '' })
  }
}

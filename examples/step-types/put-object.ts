import { createHash, createHmac } from 'node:crypto'
import { AppError, defineStep, field, Sensitive } from '@lockstep/steps'

const sha256 = (data: string): string => createHash('sha256').update(data).digest('hex')

/**
 * The keys of Signature Version 4, each derived from the one before. Whoever has one of them can sign for a day, so none
 * leaves this module. Only what they sign does.
 */
export function signingKeys(secretKey: string, day: string, region: string): Buffer[] {
  const keys: Buffer[] = []
  let key: string | Buffer = `AWS4${secretKey}`
  for (const part of [day, region, 's3', 'aws4_request']) {
    key = createHmac('sha256', key).update(part).digest()
    keys.push(key)
  }
  return keys
}

/** Stores a text in a bucket of S3, or of a service that signs like it. */
export default defineStep({
  type: 'put-object',
  title: 'Put an object',
  description: 'Stores a text in a bucket.',
  fields: {
    bucket: field.url({
      label: 'Bucket',
      required: true,
      help: 'Such as https://my-bucket.s3.eu-central-1.amazonaws.com',
    }),
    region: field.text({ label: 'Region', required: true, default: 'eu-central-1' }),
    key: field.text({ label: 'Key', required: true, help: 'Such as reports/2026.txt' }),
    accessKeyId: field.text({ label: 'Access key id', required: true }),
    secretKey: field.text({ label: 'Secret access key', required: true, secrets: true }),
    content: field.multiline({ label: 'Content', required: true }),
  },
  output: {
    type: 'object',
    properties: {
      etag: { type: 'string', description: 'The version of the object, as the service calls it.' },
    },
  },
  repeatable: true,
  destinations: ({ bucket }) => [new URL(bucket).origin],
  async run({ bucket, region, key, accessKeyId, secretKey, content }, { http, protect, log }) {
    const url = new URL(bucket)
    url.pathname = `/${key.split('/').map(encodeURIComponent).join('/')}`
    const time = new Date().toISOString().replaceAll(/[:-]|\.\d{3}/g, '')
    const day = time.slice(0, 8)
    const hash = sha256(content)
    const headers = `host:${url.host}\nx-amz-content-sha256:${hash}\nx-amz-date:${time}\n`
    const names = 'host;x-amz-content-sha256;x-amz-date'
    const canonical = ['PUT', url.pathname, '', headers, names, hash].join('\n')
    const scope = `${day}/${region}/s3/aws4_request`
    const [signing = ''] = signingKeys(secretKey.reveal(), day, region).slice(-1)
    const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n')
    // It stands for the secret key in this very request, so the run treats it as one.
    const signature = protect(createHmac('sha256', signing).update(toSign).digest('hex'))
    const prefix = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=`
    const response = await http(url, {
      method: 'PUT',
      headers: {
        'x-amz-date': time,
        'x-amz-content-sha256': hash,
        authorization: Sensitive.madeOf(`${prefix}${signature.reveal()}`, [secretKey]),
      },
      body: content,
      // It leads to another host than was signed.
      redirect: 'manual',
      repeatable: true,
    })
    // The answer of a service that refuses a signature repeats what was signed.
    if (!response.ok)
      throw new AppError('STEP_FAILED', `The bucket answered ${response.status}. Check keys and region.`)
    log.info('stored', { key })
    return { etag: response.headers.get('etag') ?? '' }
  },
})

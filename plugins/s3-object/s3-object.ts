import { type AppError, defineStep, field, StepError, type StepType } from '../../src/steps/index.ts'
import { sendSigned } from '../aws-request/send-signed.ts'

const methods = { get: 'GET', put: 'PUT', delete: 'DELETE' } as const

/** Reads, writes or deletes one object of text in S3, or in a store that speaks its protocol. */
export const s3Object: StepType = defineStep({
  type: 's3-object',
  title: 'S3 object',
  icon: 'file',
  description: 'Reads, writes or deletes a text or JSON object in S3 or a store like it.',
  fields: {
    operation: field.choice({ label: 'Operation', options: ['get', 'put', 'delete'], default: 'get' }),
    bucketUrl: field.url({
      label: 'URL of the bucket',
      required: true,
      help: 'Such as https://my-bucket.s3.eu-central-1.amazonaws.com or https://minio.example.com/my-bucket',
    }),
    key: field.text({ label: 'Key of the object', required: true, help: 'Such as reports/today.json.' }),
    region: field.text({ label: 'Region', default: 'us-east-1' }),
    accessKeyId: field.text({ label: 'Access key id', required: true }),
    secretAccessKey: field.text({ label: 'Secret access key', required: true, secrets: true }),
    sessionToken: field.text({ label: 'Session token', secrets: true, help: 'Of temporary keys.' }),
    content: field.multiline({
      label: 'Content',
      required: true,
      secrets: true,
      when: { field: 'operation', is: 'put' },
    }),
    contentType: field.text({
      label: 'Type of the content',
      default: 'text/plain; charset=utf-8',
      place: 'header',
      when: { field: 'operation', is: 'put' },
    }),
  },
  output: {
    type: 'object',
    properties: {
      content: { type: 'string', description: 'Of the object that was read; empty otherwise.' },
      contentType: { type: 'string', description: 'The type of what was read.' },
      etag: { type: 'string', description: 'The version of the object, as the store names it.' },
    },
  },
  destinations: ({ bucketUrl }) => [new URL(bucketUrl).origin],
  async run(input, context) {
    const { operation, key, content, contentType, accessKeyId, secretAccessKey, sessionToken } = input
    const url = new URL(input.bucketUrl)
    url.pathname = `${url.pathname.replace(/\/$/, '')}/${key.split('/').map(encodeURIComponent).join('/')}`
    const request = {
      method: methods[operation],
      url,
      headers: operation === 'put' && contentType ? { 'content-type': contentType } : {},
      body: content,
      region: input.region ?? 'us-east-1',
      service: 's3',
    }
    const response = await sendSigned(request, { accessKeyId, secretAccessKey, sessionToken }, context)
    const text = await response.text()
    if (!response.ok) throw refused(response, url.host)
    return {
      content: operation === 'get' ? text : '',
      contentType: response.headers.get('content-type') ?? '',
      etag: response.headers.get('etag') ?? '',
    }
  },
})

/** The answer repeats what was signed, so only its status is shown. */
function refused({ status }: Response, host: string): AppError {
  const details = { status }
  if (status === 404) return StepError.permanent(`${host} has no such object or bucket.`, { details })
  const message = `${host} answered ${status}. Check the keys, the region and what they may do.`
  const mayPass = status === 429 || status >= 500
  return mayPass ? StepError.retryable(message, { details }) : StepError.permanent(message, { details })
}

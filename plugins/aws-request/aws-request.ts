import { type AppError, defineStep, field, StepError, type StepType } from '../../src/steps/index.ts'
import { sendSigned } from './send-signed.ts'

/** Sends a request to a service of AWS, or one that signs as AWS does, with Signature Version 4. */
export const awsRequest: StepType = defineStep({
  type: 'aws-request',
  title: 'AWS request',
  icon: 'cloud',
  description: 'Sends a signed request to a service of AWS, such as S3, SQS or Lambda.',
  fields: {
    method: field.choice({
      label: 'Method',
      options: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'],
      default: 'GET',
    }),
    url: field.url({
      label: 'URL',
      required: true,
      help: 'Such as https://sqs.eu-central-1.amazonaws.com/',
    }),
    region: field.text({ label: 'Region', required: true, help: 'Such as eu-central-1.' }),
    service: field.text({
      label: 'Service',
      required: true,
      help: 'As it is called in a signature, such as s3, sqs, lambda or execute-api.',
    }),
    accessKeyId: field.text({ label: 'Access key id', required: true }),
    secretAccessKey: field.text({ label: 'Secret access key', required: true, secrets: true }),
    sessionToken: field.text({
      label: 'Session token',
      secrets: true,
      help: 'Of temporary keys, such as those of AssumeRole.',
    }),
    headers: field.pairs({ label: 'Headers', place: 'header' }),
    body: field.multiline({ label: 'Body', secrets: true }),
  },
  output: {
    type: 'object',
    properties: {
      status: { type: 'integer', description: 'The status code of the answer.' },
      headers: { type: 'object', description: 'By name in lower case.' },
      body: { description: 'Parsed when it is JSON, otherwise text.' },
    },
  },
  destinations: ({ url }) => [new URL(url).origin],
  async run(input, context) {
    const { method, region, service, accessKeyId, secretAccessKey, sessionToken, body } = input
    const url = new URL(input.url)
    const rows = (input.headers ?? []).map(({ name, value }) => [name.toLowerCase(), value] as const)
    const headers = Object.fromEntries(rows)
    const keys = { accessKeyId, secretAccessKey, sessionToken }
    const response = await sendSigned({ method, url, headers, body, region, service }, keys, context)
    const text = await response.text()
    if (!response.ok) throw refused(response, url.host)
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: parsed(text, response.headers.get('content-type') ?? ''),
    }
  },
})

/** The answer repeats what was signed, so only its status is shown. */
function refused({ status }: Response, host: string): AppError {
  const message = `${host} answered ${status}. Check the keys, the region and what they may do.`
  const details = { status }
  const mayPass = status === 429 || status >= 500
  return mayPass ? StepError.retryable(message, { details }) : StepError.permanent(message, { details })
}

function parsed(text: string, type: string): unknown {
  if (!/[/+](?:x-amz-)?json\b|json-1\.\d/.test(type)) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

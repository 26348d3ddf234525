import { AppError, defineStep, field, Sensitive, StepFailure, type StepType } from '../../src/steps/index.ts'

/** Asks a GraphQL API. The document is code, so values reach it as variables alone. */
export const graphqlRequest: StepType = defineStep({
  type: 'graphql-request',
  title: 'GraphQL request',
  icon: 'code',
  description: 'Sends a query or a mutation to a GraphQL API.',
  fields: {
    url: field.url({ label: 'URL', required: true, sends: 'url' }),
    query: field.code({ label: 'Document', language: 'graphql', required: true }),
    variables: field.json({ label: 'Variables', secrets: true, sends: 'body', default: {} }),
    operationName: field.text({ label: 'Operation', help: 'When the document has several.' }),
    headers: field.pairs({ label: 'Headers', secrets: true, sends: 'header', place: 'header' }),
    failOnErrors: field.boolean({
      label: 'Fail on errors',
      help: 'The step fails when the answer has errors, even if it has data as well.',
      default: true,
    }),
  },
  output: {
    type: 'object',
    properties: {
      data: { description: 'What the document asks for; null when there is none.' },
      errors: { type: 'array', description: 'What went wrong, as the service says; empty when nothing did.' },
    },
  },
  destinations: ({ url }) => [new URL(url).origin],
  async run({ url, query, variables, operationName, headers = [], failOnErrors }, { http }) {
    const head = JSON.stringify({ query, ...(operationName && { operationName }) }).slice(0, -1)
    const text = `${head},"variables":${variables.reveal()}}`
    const response = await http(url, {
      method: 'POST',
      headers: [
        ['content-type', 'application/json'],
        ['accept', 'application/graphql-response+json, application/json'],
        ...headers.map(({ name, value }) => [name, value] as const),
      ],
      body: Sensitive.madeOf(text, [variables]),
    })
    const { host } = new URL(url)
    const answer = await readAnswer(response, host)
    const output = { data: answer.data ?? null, errors: answer.errors ?? [] }
    // What a service says of an error may repeat the variables, so people see it as an output alone.
    if (failOnErrors && output.errors.length > 0)
      throw new StepFailure(`${host} answered with errors.`, output)
    return output
  },
})

interface GraphqlAnswer {
  data?: unknown
  errors?: unknown[]
}

async function readAnswer(response: Response, host: string): Promise<GraphqlAnswer> {
  const body: unknown = await response.json().catch(() => undefined)
  const isAnswer = typeof body === 'object' && body !== null && ('data' in body || 'errors' in body)
  const { errors } = isAnswer ? (body as GraphqlAnswer) : {}
  if (isAnswer && (errors === undefined || Array.isArray(errors))) return body as GraphqlAnswer
  throw new AppError('STEP_FAILED', `${host} answered ${response.status}, and not as GraphQL. Check the URL.`)
}

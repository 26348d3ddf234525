import { randomBytes } from 'node:crypto'

// biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects, and fails when it is not there.
type Data = any

export interface GraphqlAnswer {
  data: Data
  errors?: { message: string; path?: (string | number)[]; extensions: { code: string } }[]
}

/** The password of everybody who signs up in a test. */
export const PASSWORD = 'correct horse battery staple'

/** A caller of the API, which keeps cookies. */
export interface Client {
  email: string
  /** Any request. The canary gets its whole answer. */
  request(path: string, init?: RequestInit): Promise<{ status: number; headers: Headers; text: string }>
  /** An answer that is read while it arrives, such as that of a subscription. The canary does not see it. */
  open(path: string, init?: RequestInit): Promise<Response>
  graphql(query: string, variables?: object): Promise<GraphqlAnswer>
  /** The result of a mutation that succeeded. @throws when there are errors or a refusal. */
  mutate(query: string, variables?: object): Promise<Data>
  signUp(name: string, email?: string): Promise<void>
}

const isReset = (error: unknown): boolean =>
  error instanceof TypeError && (error.cause as { code?: string } | undefined)?.code === 'ECONNRESET'

export function createClient(url: string, responses: string[], headers: Record<string, string>): Client {
  const cookies = new Map<string, string>()
  const client: Client = {
    email: '',
    open(path, init = {}) {
      const cookie = [...cookies].map((it) => it.join('=')).join('; ')
      const all = { ...headers, ...(cookie && { cookie }), ...(init.headers as Record<string, string>) }
      const send = () => fetch(`${url}${path}`, { ...init, headers: all, redirect: 'manual' })
      // The server may close an idle connection at the moment when it is used again. Then it has read nothing.
      return send().catch((error: unknown) => (isReset(error) ? send() : Promise.reject(error)))
    },
    async request(path, init = {}) {
      const response = await client.open(path, init)
      const text = await response.text()
      responses.push(`${response.status} ${JSON.stringify([...response.headers])}\n${text}`)
      for (const set of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
        if (value === '' || /max-age=0/i.test(set)) cookies.delete(name)
        else cookies.set(name, value)
      }
      return { status: response.status, headers: response.headers, text }
    },
    async graphql(query, variables = {}) {
      const { text } = await client.request('/graphql', post({ query, variables }))
      return JSON.parse(text) as GraphqlAnswer
    },
    async mutate(query, variables) {
      const { data, errors } = await client.graphql(query, variables)
      const [result] = Object.values(data ?? {}) as { code?: string; message?: string }[]
      if (errors || !result || result.code) throw new Error(JSON.stringify(errors ?? result))
      return result
    },
    async signUp(name, email = `${name.toLowerCase()}-${randomBytes(4).toString('hex')}@example.com`) {
      client.email = email
      const body = { name, email, password: PASSWORD }
      const { status, text } = await client.request('/api/auth/sign-up/email', post(body))
      if (status !== 200) throw new Error(text)
    },
  }
  return client
}

export const post = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

import { AppError, defineStep, field, fieldError, type StepType } from '../../src/steps/index.ts'
import { RedisRefusal } from './reply.ts'
import { nameOf, type Server, talk } from './session.ts'

/** Sends one command to Redis or Valkey. */
export const redisCommand: StepType = defineStep({
  type: 'redis-command',
  title: 'Redis command',
  description: 'Sends a command to Redis or Valkey and returns the reply.',
  icon: 'database',
  summary: '{host}:{port}',
  fields: {
    host: field.text({ label: 'Host', required: true }),
    port: field.number({ label: 'Port', min: 1, max: 65_535, integer: true, default: 6379 }),
    tls: field.boolean({ label: 'TLS', default: true }),
    username: field.text({ label: 'User' }),
    password: field.text({ label: 'Password', secrets: true }),
    database: field.number({ label: 'Database', min: 0, max: 10_000, integer: true, default: 0 }),
    command: field.json({
      label: 'Command',
      required: true,
      secrets: true,
      help: 'A list of the command and its arguments, such as ["SET", "greeting", "Hello"].',
    }),
  },
  output: {
    type: 'object',
    properties: { reply: { description: 'Text, a number, a list, or null.' } },
  },
  destinations: (input) => [nameOf(serverOf(input))],
  async check({ host, ...input }, context) {
    if (!host) throw fieldError({ field: 'host' }, 'is required.')
    const server = serverOf({ host, port: input.port ?? 6379, tls: input.tls ?? true })
    for (const reply of await talk(server, [...login(input), ['PING']], context)) refuse(reply, server)
    return `${nameOf(server)} answers.`
  },
  async run(input, context) {
    const server = serverOf(input)
    const before = [...login(input), ...(input.database ? [['SELECT', String(input.database)]] : [])]
    const replies = await talk(server, [...before, readCommand(input.command.reveal())], context)
    for (const reply of replies) refuse(reply, server)
    return { reply: replies.at(-1) }
  },
})

const serverOf = ({
  host,
  port = 6379,
  tls = true,
}: {
  host: string
  port?: number
  tls?: boolean
}): Server => ({
  host,
  port,
  tls,
})

function login(input: {
  username?: string | undefined
  password?: { reveal(): string } | undefined
}): string[][] {
  if (!input.password) return []
  const name = input.username ? [input.username] : []
  return [['AUTH', ...name, input.password.reveal()]]
}

// They make the connection something else than a question and its answer.
const refused: ReadonlySet<string> = new Set([
  'SUBSCRIBE',
  'PSUBSCRIBE',
  'SSUBSCRIBE',
  'MONITOR',
  'SYNC',
  'PSYNC',
  'HELLO',
])

/** One message for whatever is wrong: it may hold secrets. */
function readCommand(text: string): string[] {
  const parts: unknown = JSON.parse(text)
  const isText = (it: unknown) => typeof it === 'string' || typeof it === 'number'
  const isCommand = Array.isArray(parts) && parts.length > 0 && parts.every(isText)
  const texts = isCommand ? parts.map(String) : []
  if (texts.length > 0 && !refused.has(String(texts[0]).toUpperCase())) return texts
  throw fieldError(
    { field: 'command' },
    'must be a list of texts and numbers, with a command that has one reply.',
  )
}

function refuse(reply: unknown, server: Server): void {
  if (!(reply instanceof RedisRefusal)) return
  throw new AppError('STEP_FAILED', `${nameOf(server)} refused the command (${reply.code}).`)
}

import { connect } from 'node:net'
import { outputJson } from '../../src/executor/step-output.ts'
import {
  type Http,
  type HttpInit,
  renderFields,
  Sensitive,
  type StepContext,
  type StepType,
} from '../../src/steps/index.ts'
import { noProvenance } from '../../src/template/index.ts'
import { noFiles } from '../support/no-files.ts'

/** A call of `context.http`, as the step made it. */
interface HttpCall {
  readonly url: string | URL | Sensitive
  readonly init: HttpInit
}

/** Secrets by name, the input of the run, and the replacement for the network. */
export interface RunOptions {
  readonly files?: StepContext['files']
  readonly secrets?: Readonly<Record<string, string>>
  readonly trigger?: unknown
  readonly http?: Http
  /** The address of every host; this machine when absent. */
  readonly lookup?: StepContext['lookup']
  readonly signal?: AbortSignal
}

/** Renders the fields and runs the step with a plain client instead of egress. */
export async function runStep(type: StepType, raw: unknown, options: RunOptions = {}) {
  const calls: HttpCall[] = []
  const http: Http = (url, init = {}) => {
    calls.push({ url, init })
    return (options.http ?? plainHttp)(url, init)
  }
  const secrets = Object.entries(options.secrets ?? {}).map(
    ([name, it]) => [name, new Sensitive(it)] as const,
  )
  const scope = { secrets: new Map(secrets), trigger: options.trigger ?? null, steps: {}, ...noProvenance }
  const { input } = renderFields(type, raw, scope)
  const guarded: string[] = []
  const obtained = new Set<Sensitive>()
  const given = await type.run(input, contextWith(http, options, guarded, obtained))
  const output = obtained.size > 0 ? JSON.parse(outputJson(given, () => undefined, obtained)) : given
  return { output, calls, guarded }
}

/** @param guarded collects the values that the step protects. */
function contextWith(
  http: Http,
  options: RunOptions,
  guarded: string[],
  obtained: Set<Sensitive>,
): StepContext {
  const write = () => {}
  return {
    http,
    maxResponseBytes: 25 * 1024 * 1024,
    lookup: options.lookup ?? (async () => '127.0.0.1'),
    connect: async (host, port, uses) =>
      connect({ host: await (options.lookup ?? (async () => '127.0.0.1'))(host, port, uses), port }),
    protect(value) {
      guarded.push(value)
      const made = new Sensitive(value)
      obtained.add(made)
      return made
    },
    cache: {
      get: async () => undefined,
      set: async (_key, it) => new Sensitive(String(it)),
      delete: async () => {},
    },
    files: options.files ?? noFiles,
    config: {},
    mask: (text) => text,
    signal: options.signal ?? new AbortController().signal,
    log: { debug: write, info: write, warn: write, error: write },
    progress: () => undefined,
    attempt: 1,
    idempotencyKey: 'run-1:step',
    workspace: 'acme',
    run: 'run-1',
  }
}

const plainHttp: Http = (url, init = {}) => {
  const headers = new Headers()
  const given = init.headers ?? []
  const entries = Symbol.iterator in given ? given : Object.entries(given)
  for (const [name, value] of entries) headers.append(name, reveal(value))
  const body =
    typeof init.body === 'object' && init.body instanceof Sensitive ? init.body.reveal() : init.body
  return fetch(url instanceof URL ? url : reveal(url), {
    method: init.method ?? 'GET',
    headers,
    redirect: init.redirect ?? 'follow',
    ...(body !== undefined && { body: Buffer.from(String(body)) }),
  })
}

/** The text, whether or not it is wrapped. */
export function reveal(value: string | Sensitive): string {
  return value instanceof Sensitive ? value.reveal() : value
}

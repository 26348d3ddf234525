import type { Command } from 'commander'
import { AppError } from '../errors.ts'
import type { PolicyDraft } from '../secret/policy.ts'

export interface PolicyOptions {
  host?: string[]
  anyHost?: true
  method?: string[]
  path?: string[]
  place?: string[]
}

const collect = (entry: string, before: string[] = []): string[] => [...before, entry]

/** The options that say where a value may go. */
export function addPolicyOptions(command: Command): Command {
  return command
    .option('--host <host>', 'a host that steps may send it to; give it again for another', collect)
    .option('--any-host', 'let steps send it to any public host')
    .option('--method <method>', 'only with this HTTP method; again for another', collect)
    .option('--path <prefix>', 'only to paths that begin so, such as /v1/; again for another', collect)
    .option('--place <place>', 'only there: header:NAME, query:NAME, body, url, TYPE.FIELD; again', collect)
}

/** @throws AppError INVALID_VALUE for limits without hosts, and for hosts together with "any host". */
export function policyFrom({ host, anyHost, method, path, place }: PolicyOptions): PolicyDraft | undefined {
  if (host && anyHost) throw new AppError('INVALID_VALUE', 'Give either --host or --any-host, not both.')
  if (host || anyHost) return { hosts: host, methods: method, paths: path, places: place }
  if (!method && !path && !place) return undefined
  // Without this refusal, a secret that is bound to hosts would be opened to all hosts.
  throw new AppError('INVALID_VALUE', '--method, --path and --place need --host or --any-host beside them.')
}

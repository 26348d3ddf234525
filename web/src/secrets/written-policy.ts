import { AppError } from '../../../src/errors.ts'
import { readHost, readMethod, readPath, readPlace } from '../../../src/secret/entries.ts'
import { type Policy, readPolicy } from '../../../src/secret/policy.ts'

/** What stands in the form of a policy. */
export interface WrittenPolicy {
  /** Undefined until a person chooses: there is no default. */
  where: 'hosts' | 'anywhere' | undefined
  /** Entries with white space or commas between them, as in the other members. */
  hosts: string
  methods: string
  paths: string
  places: string
}

/** What is wrong with a form, by the part of it that is. */
export type PolicyProblems = Partial<Record<keyof WrittenPolicy, string>>

export type Member = keyof Policy

export const nothingWritten: WrittenPolicy = {
  ...{ where: undefined, hosts: '', methods: '', paths: '', places: '' },
}

export function writtenFrom(policy: Policy): WrittenPolicy {
  const lines = (entries: readonly string[]) => entries.join('\n')
  return {
    where: policy.hosts.length > 0 ? 'hosts' : 'anywhere',
    hosts: lines(policy.hosts),
    methods: policy.methods.join(', '),
    paths: lines(policy.paths),
    places: lines(policy.places),
  }
}

/** The policy that a form says, or what is wrong with it. */
export function readWritten(written: WrittenPolicy): { policy: Policy } | { problems: PolicyProblems } {
  const { where } = written
  const problems = {
    ...(where === undefined && { where: 'Choose where it may go.' }),
    ...(where === 'hosts' && problemOf('hosts', written)),
    ...problemOf('methods', written),
    ...problemOf('paths', written),
    ...problemOf('places', written),
  }
  if (Object.keys(problems).length > 0) return { problems }
  if (where === 'hosts' && entriesIn(written.hosts).length === 0) {
    return { problems: { hosts: 'Name a host at least, or choose any public host.' } }
  }
  try {
    return { policy: readPolicy(draftOf(written)) }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { problems: { where: error.message } }
  }
}

function draftOf({ where, hosts, methods, paths, places }: WrittenPolicy) {
  return {
    hosts: where === 'hosts' ? entriesIn(hosts) : [],
    methods: entriesIn(methods),
    paths: entriesIn(paths),
    places: entriesIn(places),
  }
}

const readers = { hosts: readHost, methods: readMethod, paths: readPath, places: readPlace }

function problemOf(member: Member, written: WrittenPolicy): PolicyProblems {
  for (const entry of entriesIn(written[member])) {
    const read = readers[member](entry)
    if ('fault' in read) return { [member]: `“${entry}” ${read.fault}` }
  }
  return {}
}

function entriesIn(text: string): string[] {
  return text.split(/[\s,;]+/).filter((it) => it !== '')
}

/** Whether all these entries stand in the form. */
export function holds(written: WrittenPolicy, member: Member, entries: readonly string[]): boolean {
  const there = entriesIn(written[member])
  return (member !== 'hosts' || written.where === 'hosts') && entries.every((it) => there.includes(it))
}

/** The form with these entries added; without them when it has them all. */
export function toggled(written: WrittenPolicy, member: Member, entries: readonly string[]): WrittenPolicy {
  const others = entriesIn(written[member]).filter((it) => !entries.includes(it))
  const next = holds(written, member, entries) ? others : [...others, ...entries]
  const where = member === 'hosts' ? 'hosts' : written.where
  return { ...written, where, [member]: next.join('\n') }
}

/** The hosts of a text with URLs in it; undefined when it has none with more than a host. What else stands in it stays. */
export function hostsOfPasted(text: string): string | undefined {
  const entries = entriesIn(text)
  const hosts = entries.map((entry) => {
    const url = /^https?:\/\//i.test(entry) ? URL.parse(entry) : null
    if (!url || url.hostname === '' || 'entry' in readHost(entry)) return entry
    return url.protocol === 'http:' ? `http://${url.host}` : url.host
  })
  return hosts.every((host, at) => host === entries[at]) ? undefined : hosts.join('\n')
}

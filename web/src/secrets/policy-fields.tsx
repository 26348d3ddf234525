import { Radio, Stack, Text, Textarea } from '@mantine/core'
import { type ClipboardEvent, type RefObject, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import type { Policy } from '../../../src/secret/policy.ts'
import { DocsLink } from '../docs/docs-link.tsx'
import { Fold } from '../layout/fold.tsx'
import { DeclaredDestinations } from './declared-destinations.tsx'
import type { Suggestion } from './suggestion.ts'
import { Suggestions } from './suggestions.tsx'
import {
  holds,
  hostsOfPasted,
  type Member,
  nothingWritten,
  type PolicyProblems,
  readWritten,
  toggled,
  type WrittenPolicy,
  writtenFrom,
} from './written-policy.ts'

/** The state of the fields of a policy. */
export interface PolicyDraft {
  written: WrittenPolicy
  write(written: WrittenPolicy): void
  problems: PolicyProblems
  /** The element around the fields. The first mistake in it gets the focus. */
  frame: RefObject<HTMLDivElement | null>
  /** Gives the policy. Gives `undefined` when something is wrong, and shows what. */
  read(): Policy | undefined
}

/** @param allowed a host that is written into it as well. */
export function usePolicyDraft(initial: Policy | undefined, allowed?: string): PolicyDraft {
  const [written, setWritten] = useState(() => {
    const first = initial ? writtenFrom(initial) : nothingWritten
    return allowed === undefined || holds(first, 'hosts', [allowed])
      ? first
      : toggled(first, 'hosts', [allowed])
  })
  const [problems, setProblems] = useState<PolicyProblems>({})
  const frame = useRef<HTMLDivElement>(null)
  return {
    written,
    problems,
    frame,
    write(next) {
      setWritten(next)
      setProblems({})
    },
    read() {
      const result = readWritten(written)
      if ('policy' in result) return result.policy
      flushSync(() => setProblems(result.problems))
      const wrong = '[aria-invalid=true], .choice-problem input'
      frame.current?.querySelector<HTMLElement>(wrong)?.focus()
      return undefined
    },
  }
}

/** Asks where a value may go. The person has to choose one of the two answers. */
export function PolicyFields({
  draft,
  label = 'Where may steps send it?',
  suggestions = [],
}: {
  draft: PolicyDraft
  label?: string
  suggestions?: readonly Suggestion[]
}) {
  const { written, write, problems, frame } = draft
  return (
    <div ref={frame}>
      <Stack gap="sm">
        <Radio.Group
          label={label}
          required
          className={problems.where === undefined ? undefined : 'choice-problem'}
          value={written.where ?? null}
          onChange={(where) => write({ ...written, where: where === 'hosts' ? 'hosts' : 'anywhere' })}
          error={problems.where}
          errorProps={{ role: 'alert' }}
        >
          <Stack gap="xs" mt={6}>
            <Suggestions suggestions={suggestions} written={written} onChange={write} />
            <Radio value="hosts" label="Only to these hosts" />
            {written.where === 'hosts' && <Hosts draft={draft} />}
            <Radio
              value="anywhere"
              label="Any public host"
              description="Everybody who edits automations can send it wherever they like."
            />
          </Stack>
        </Radio.Group>
        <MoreLimits draft={draft} />
      </Stack>
    </div>
  )
}

function Hosts({ draft }: { draft: PolicyDraft }) {
  return (
    <div className="allowed-hosts">
      <Entries
        draft={draft}
        member="hosts"
        label="Allowed hosts"
        description="One a line, over https and other encrypted protocols. Write http:// before one that is reached in the clear."
        placeholder={'api.example.com\n*.example.com:8443'}
      />
      <Text size="xs" c="dimmed" mt={4}>
        Name only services that you trust with it: one that gives the value back in another form, such as
        reversed or encrypted, gives it away, for Lockstep cannot recognise it then.{' '}
        <DocsLink to="whereItMayGo" about="where a secret may go" />
      </Text>
      <DeclaredDestinations />
    </div>
  )
}

/** The limits that few people need. They are hidden while they are empty. */
function MoreLimits({ draft: { written, problems }, draft }: { draft: PolicyDraft }) {
  const count = [written.methods, written.paths, written.places].filter((it) => it.trim() !== '').length
  return (
    <Fold
      label={`More limits${count > 0 ? ` (${count})` : ''}`}
      startsOpen={count > 0}
      open={Boolean(problems.methods ?? problems.paths ?? problems.places)}
    >
      <Entries
        draft={draft}
        member="places"
        label="Only in these places"
        description="One a line: header:authorization, query:key, body or url of a request, or the field of another step as send-email.password. Anywhere when empty."
        placeholder="header:authorization"
      />
      <Entries
        draft={draft}
        member="methods"
        label="Only with these methods"
        description="Such as GET, POST. With all when empty."
        placeholder="GET, POST"
      />
      <Entries
        draft={draft}
        member="paths"
        label="Only to paths that begin with"
        description="One a line. To all when empty."
        placeholder="/v1/charges"
      />
    </Fold>
  )
}

function Entries({
  draft: { written, write, problems },
  member,
  ...texts
}: {
  draft: PolicyDraft
  member: Member
  label: string
  description: string
  placeholder: string
}) {
  return (
    <Textarea
      {...texts}
      rows={member === 'methods' ? 1 : 2}
      classNames={{ input: 'code-input' }}
      spellCheck={false}
      autoCapitalize="none"
      autoComplete="off"
      value={written[member]}
      onPaste={(event) => member === 'hosts' && pasteHosts(event, (hosts) => write({ ...written, hosts }))}
      onChange={(event) => write({ ...written, [member]: event.currentTarget.value })}
      error={problems[member]}
      errorProps={{ role: 'alert' }}
    />
  )
}

/** A pasted URL becomes its host: nobody has to take it apart. */
function pasteHosts(event: ClipboardEvent<HTMLTextAreaElement>, write: (hosts: string) => void): void {
  const hosts = hostsOfPasted(event.clipboardData.getData('text/plain'))
  if (hosts === undefined) return
  event.preventDefault()
  const { value, selectionStart, selectionEnd } = event.currentTarget
  write(value.slice(0, selectionStart) + hosts + value.slice(selectionEnd))
}

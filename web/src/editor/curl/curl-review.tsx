import { Button, List, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import type { CurlImport } from '../../../../plugins/custom-http/curl/index.ts'
import { DialogActions } from '../../dialogs/dialog-actions.tsx'
import { Notice } from '../../feedback/notice.tsx'
import { notify } from '../../feedback/notify.ts'
import { FormProblem } from '../../forms/form-problem.tsx'
import { useSubmission } from '../../forms/use-submission.ts'
import type { DraftStep } from '../draft/draft.ts'
import { useEditor } from '../state/editor-context.ts'
import { type Choice, choicesOf, fieldsFor, hasClash, isUsable, newSecrets } from './choices.ts'
import { CredentialChoice } from './credential-choice.tsx'
import { useCreateSecrets } from './use-create-secrets.ts'

/** What was found in the command, and what becomes of its credentials. It shows no value. */
export function CurlReview({
  step,
  parsed,
  onClose,
}: {
  step: DraftStep
  parsed: CurlImport
  onClose: () => void
}) {
  const { change, secrets = [], isAdmin } = useEditor()
  const [choices, setChoices] = useState(() => choicesOf(parsed))
  const { busy, problem, send } = useSubmission()
  const create = useCreateSecrets()
  const clash = hasClash(parsed, choices)
  const fill = () =>
    send(async () => {
      const wanted = isAdmin ? newSecrets(parsed, choices, secrets) : []
      const found = await create(wanted)
      if (found) return found
      change({ kind: 'fields', step: step.id, fields: fieldsFor(parsed, choices) })
      onClose()
      notify(
        wanted.length > 0
          ? `${wanted.map(({ name }) => name).join(', ')} added, and the step is filled in.`
          : 'The step is filled in.',
      )
      return undefined
    })
  return (
    <Stack gap="md">
      <Text size="sm">{summary(parsed)}</Text>
      {parsed.notes.length > 0 && (
        <List size="sm">
          {parsed.notes.map((note) => (
            <List.Item key={note}>{note}</List.Item>
          ))}
        </List>
      )}
      {choices.length > 0 && <Choices choices={choices} onChange={setChoices} />}
      {clash && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          Two different values have the same name. Give each its own.
        </Text>
      )}
      <FormProblem problem={problem} />
      <DialogActions onCancel={onClose}>
        <Button
          onClick={fill}
          loading={busy}
          disabled={!choices.every((it) => isUsable(it, isAdmin ? secrets : it.names)) || clash}
          autoFocus
          data-autofocus
        >
          {isAdmin && newSecrets(parsed, choices, secrets).length > 0
            ? 'Add and fill in'
            : 'Fill in the step'}
        </Button>
      </DialogActions>
    </Stack>
  )
}

/** Names only the host, because the rest of an address may hold credentials. */
function summary({ fields }: CurlImport): string {
  const host = /^https?:\/\/(?:[^/?#]*@)?([^/?#]+)/i.exec(fields.url)?.[1] ?? 'an address'
  const parts = [
    fields.headers && (fields.headers.length === 1 ? 'a header' : `${fields.headers.length} headers`),
    fields.bodyKind !== 'none' && `a body (${fields.bodyKind})`,
  ]
  const more = parts.filter(Boolean).join(' and ')
  return `A ${fields.method} request to ${host}${more ? `, with ${more}` : ''}.`
}

function Choices({
  choices,
  onChange,
}: {
  choices: readonly Choice[]
  onChange: (choices: readonly Choice[]) => void
}) {
  const { isAdmin } = useEditor()
  const set = (at: number, choice: Choice) => onChange(choices.with(at, choice))
  return (
    <Stack gap="sm" role="group" aria-label="Credentials">
      <Text size="sm">
        {choices.length === 1
          ? 'One part looks like a credential.'
          : `${choices.length} parts look like credentials.`}{' '}
        Kept as a secret, nobody can read it in the automation.
      </Text>
      {!isAdmin && (
        <Notice>
          Only admins add secrets. The step will refer to these names; ask an admin to add them. What you
          pasted is not kept.
        </Notice>
      )}
      {choices.map((choice, at) => (
        <CredentialChoice key={choice.label} choice={choice} onChange={(next) => set(at, next)} />
      ))}
    </Stack>
  )
}

import { Group, SegmentedControl, Select, Stack, Switch, Text, TextInput } from '@mantine/core'
import { useId } from 'react'
import { CopyIcon } from '../../forms/copy-icon.tsx'
import type { HookSignature } from '../draft/draft.ts'
import { useEditor } from '../state/editor-context.ts'
import { ScheduleForm } from './schedule-form.tsx'

/** What starts the automation. @param hookUrl undefined as long as the automation is not saved. */
export function TriggerForm({ hookUrl }: { hookUrl: string | undefined }) {
  return (
    <Stack gap="lg">
      <div>
        <Text fw={600} component="h2">
          Trigger
        </Text>
        <Text size="sm" c="dimmed">
          What starts the automation. Steps read what came with it as <code>trigger</code>.
        </Text>
      </div>
      <HookUrl url={hookUrl} />
      <Signature />
      <ScheduleForm />
    </Stack>
  )
}

function HookUrl({ url }: { url: string | undefined }) {
  if (url === undefined) {
    return (
      <Text size="sm" c="dimmed">
        Once the automation is saved, it has a web address of its own here: each request to it starts a run.
      </Text>
    )
  }
  return (
    <TextInput
      label="Hook URL"
      description="Each request to it starts a run. Whoever knows it can do so, unless requests have to be signed."
      inputWrapperOrder={['label', 'input', 'description']}
      readOnly
      ff="monospace"
      value={url}
      onFocus={(event) => event.currentTarget.select()}
      rightSection={<CopyIcon label="Copy the hook URL" text={url} />}
    />
  )
}

const styles = [
  { value: 'GITHUB', label: 'GitHub' },
  { value: 'STRIPE', label: 'Stripe' },
] satisfies { value: HookSignature['style']; label: string }[]

/** Whether requests to the hook have to be signed, and with which secret. */
function Signature() {
  const { draft, change, secrets } = useEditor()
  const { hookSignature } = draft
  const id = useId()
  const set = (signature: HookSignature | null) => change({ kind: 'hook-signature', signature })
  return (
    <Stack gap="sm">
      <Switch
        label="Requests have to be signed"
        description="With HMAC-SHA256 and the value of a secret that the sender knows as well. Others are refused."
        checked={hookSignature !== null}
        onChange={(event) => set(event.currentTarget.checked ? { secret: '', style: 'GITHUB' } : null)}
      />
      {hookSignature && (
        <Group align="flex-end" gap="sm">
          <Select
            label="Secret"
            data={[...new Set([...(secrets ?? []), hookSignature.secret].filter(Boolean))]}
            searchable
            limit={100}
            nothingFoundMessage="No such secret."
            value={hookSignature.secret || null}
            onChange={(secret) => set({ ...hookSignature, secret: secret ?? '' })}
            error={signatureProblem(hookSignature.secret, secrets)}
            w={260}
          />
          <div>
            <Text size="sm" fw={500} id={id}>
              In the way of
            </Text>
            <SegmentedControl
              aria-labelledby={id}
              data={styles}
              value={hookSignature.style}
              onChange={(style) => set({ ...hookSignature, style: style === 'STRIPE' ? 'STRIPE' : 'GITHUB' })}
            />
          </div>
        </Group>
      )}
    </Stack>
  )
}

function signatureProblem(secret: string, secrets: readonly string[] | undefined): string | undefined {
  if (secret === '' || secrets === undefined || secrets.includes(secret)) return undefined
  return `There is no secret ${secret}: it was deleted, or is not added yet.`
}

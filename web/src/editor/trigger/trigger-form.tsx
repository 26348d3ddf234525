import { Group, SegmentedControl, Select, Stack, Switch, Text } from '@mantine/core'
import { useId } from 'react'
import type { HookSignature } from '../draft/draft.ts'
import { useEditor } from '../state/editor-context.ts'
import { HookUrl } from './hook-url.tsx'
import { ScheduleForm } from './schedule-form.tsx'

/** What starts the automation. @param automation its id; undefined as long as it is not saved. */
export function TriggerForm({ automation }: { automation: string | undefined }) {
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
      <HookUrl automation={automation} />
      <Signature />
      <ScheduleForm />
    </Stack>
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

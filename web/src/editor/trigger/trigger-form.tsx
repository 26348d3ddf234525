import { NumberInput, Stack, Switch, Text } from '@mantine/core'
import { useEditor } from '../state/editor-context.ts'
import { AlertLine } from './alert-line.tsx'
import { HookUrl } from './hook-url.tsx'
import { ScheduleForm } from './schedule-form.tsx'
import { SignatureForm } from './signature-form.tsx'

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
      <SignatureForm />
      <Answer />
      <ScheduleForm />
      {automation !== undefined && <AlertLine automation={automation} />}
    </Stack>
  )
}

/** Whether the caller of the hook gets the output of the run. */
function Answer() {
  const { draft, change } = useEditor()
  const { hookAnswer } = draft
  const set = (answer: typeof hookAnswer) => change({ kind: 'hook-answer', answer })
  return (
    <Stack gap="sm">
      <Switch
        label="The last step answers the caller"
        description="With its output: status, headers and body. Secrets in it are redacted. Otherwise the caller gets the id of the run."
        checked={hookAnswer !== null}
        onChange={(event) => set(event.currentTarget.checked ? { waitSeconds: 10 } : null)}
      />
      {hookAnswer && (
        <NumberInput
          label="The caller waits at most"
          suffix=" seconds"
          min={1}
          max={30}
          allowDecimal={false}
          value={hookAnswer.waitSeconds}
          onChange={(seconds) => set({ waitSeconds: Number(seconds) })}
          w={260}
        />
      )}
    </Stack>
  )
}

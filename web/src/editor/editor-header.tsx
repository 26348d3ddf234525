import { Alert, Button, Group, Text, TextInput, VisuallyHidden } from '@mantine/core'
import { IconAlertTriangle, IconPlayerPlay, IconTestPipe } from '@tabler/icons-react'
import { PageHeading } from '../layout/page-heading.tsx'
import { useWorkspace } from '../workspaces/workspace-context.ts'
import type { EditorState } from './state/use-editor-state.ts'
import { EditorMenu } from './versions/editor-menu.tsx'

/** The name of the automation, and what can be done with the whole of it. */
export function EditorHeader({
  state,
  busy,
  onSave,
  onSaveDraft,
  onRun,
  onTest,
}: {
  state: EditorState
  busy: boolean
  onSave: () => void
  onSaveDraft: () => void
  onRun: () => void
  /** Undefined while no step is selected. */
  onTest: (() => void) | undefined
}) {
  const { draft, change, dirty, saved } = state
  const { name } = useWorkspace()
  const status = dirty ? 'Unsaved changes' : saved?.draft ? 'Draft saved' : saved ? 'Saved' : ''
  return (
    <header className="editor-top">
      <VisuallyHidden>
        <PageHeading text={draft.name.trim() || 'New automation'} context={name} />
      </VisuallyHidden>
      <div className="editor-head">
        <TextInput
          className="automation-name"
          variant="unstyled"
          aria-label="Name of the automation"
          placeholder="Name the automation"
          maxLength={200}
          autoComplete="off"
          autoFocus={!saved}
          value={draft.name}
          onChange={(event) => change({ kind: 'name', name: event.currentTarget.value })}
        />
        <Group gap="xs" className="editor-actions">
          <Text size="xs" c="dimmed" className="save-status" role="status">
            {status}
          </Text>
          {onTest && (
            <Button variant="default" leftSection={<IconTestPipe size={16} aria-hidden />} onClick={onTest}>
              Test step
            </Button>
          )}
          <Button
            variant="default"
            leftSection={<IconPlayerPlay size={16} aria-hidden />}
            disabled={draft.steps.length === 0}
            onClick={onRun}
          >
            Run
          </Button>
          <Button onClick={onSave} loading={busy} title={saved?.draft ? undefined : 'Ctrl+S'}>
            {saved?.draft ? 'Publish' : 'Save'}
          </Button>
          <EditorMenu state={state} onSaveDraft={onSaveDraft} />
        </Group>
      </div>
    </header>
  )
}

/** Why saving was refused; the step and the field that it is about are marked as well. */
export function Refused({ state: { refusal, draft, select } }: { state: EditorState }) {
  const step = draft.steps.find(({ key }) => key === refusal?.step)
  return (
    <div role="alert" className="editor-refused">
      {refusal && (
        <Alert color="red" variant="light" icon={<IconAlertTriangle />} role="presentation">
          <Group justify="space-between">
            <Text size="sm">
              {refusal.step !== undefined && (
                <>
                  Step <code>{refusal.step}</code>
                  {refusal.field !== undefined && `, ${refusal.field}`}:{' '}
                </>
              )}
              {refusal.message}
            </Text>
            {step && (
              <Button variant="default" size="xs" onClick={() => goTo(() => select(step.id), refusal.field)}>
                Show
              </Button>
            )}
          </Group>
        </Alert>
      )}
    </div>
  )
}

function goTo(select: () => void, field: string | undefined): void {
  select()
  requestAnimationFrame(() => {
    const place = field === undefined ? null : document.querySelector(`[data-field="${CSS.escape(field)}"]`)
    place?.querySelector<HTMLElement>('[role=textbox], input, button')?.focus()
  })
}

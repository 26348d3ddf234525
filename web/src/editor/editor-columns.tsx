import { Button, Drawer } from '@mantine/core'
import { useFocusReturn, useMediaQuery } from '@mantine/hooks'
import { IconChevronDown } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import type { DraftStep } from './draft/draft.ts'
import { Explorer } from './explorer/explorer.tsx'
import { useEditor } from './state/editor-context.ts'
import type { EditorState } from './state/use-editor-state.ts'
import { useStepEnvironment } from './state/use-step-environment.ts'
import { StepForm } from './steps/step-form.tsx'
import { StepList } from './steps/step-list.tsx'
import { TriggerForm } from './trigger/trigger-form.tsx'

interface ColumnsProps {
  state: EditorState
  step: DraftStep | undefined
  onAdd: () => void
  /** Opens the dialog for a cURL command. @param command what was pasted already. */
  onPasteCurl: (command?: string) => void
  onCopyCurl: () => void
  onAuthorize: () => void
  /** Whether the explorer is open over the page, where it has no column. */
  exploring: boolean
  onCloseExplorer: () => void
}

/** Steps, form and variable explorer, side by side where the screen is wide enough. */
export function EditorColumns({
  state,
  step,
  onAdd,
  onPasteCurl,
  onCopyCurl,
  onAuthorize,
  exploring,
  onCloseExplorer,
}: ColumnsProps) {
  const { openExplorer } = useEditor()
  const environment = useStepEnvironment(step?.id)
  const hasList = useMediaQuery('(min-width: 48em)', true, { getInitialValueInEffect: false })
  const returnFocus = useFocusReturn({ opened: exploring, shouldReturnFocus: false })
  const steps = <StepList selected={state.selected} onSelect={state.select} onAdd={onAdd} />
  return (
    <div className={openExplorer ? 'editor-columns' : 'editor-columns with-explorer'}>
      {hasList ? (
        <nav className="column" aria-label="Steps of the automation">
          {steps}
        </nav>
      ) : (
        <StepsDrawer state={state} step={step} onAdd={onAdd} />
      )}
      <section className="form-column" aria-label={step ? `Step ${step.key}` : 'Trigger'}>
        {step ? (
          <StepForm
            key={step.id}
            step={step}
            onPasteCurl={step.type === 'custom-http' ? onPasteCurl : undefined}
            onCopyCurl={step.type === 'custom-http' ? onCopyCurl : undefined}
            onAuthorize={onAuthorize}
          />
        ) : (
          <TriggerForm automation={state.saved?.id} />
        )}
      </section>
      {openExplorer ? (
        <Drawer
          opened={exploring}
          onClose={() => {
            flushSync(onCloseExplorer)
            returnFocus()
          }}
          position="right"
          size={320}
          title="Insert a variable"
          returnFocus={false}
          transitionProps={{ duration: 0 }}
        >
          <Explorer environment={environment} onInserted={onCloseExplorer} />
        </Drawer>
      ) : (
        <div className="column">{step && <Explorer environment={environment} />}</div>
      )}
    </div>
  )
}

/** The steps on a narrow screen: a button names the open step, and the list lies over the page. */
function StepsDrawer({ state, step, onAdd }: Pick<ColumnsProps, 'state' | 'step' | 'onAdd'>) {
  const [opened, setOpened] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const { draft, selected, select } = state
  const at = draft.steps.findIndex(({ id }) => id === step?.id)
  const where = step ? `Step ${at + 1} of ${draft.steps.length}: ${step.key}` : 'Trigger'
  return (
    <>
      <Button
        ref={button}
        variant="default"
        fullWidth
        justify="space-between"
        rightSection={<IconChevronDown size={16} aria-hidden />}
        aria-haspopup="dialog"
        aria-label={`${where}. Show all steps`}
        onClick={() => setOpened(true)}
      >
        {where}
      </Button>
      <Drawer opened={opened} onClose={() => setOpened(false)} size={320} title="Steps">
        <StepList
          selected={selected}
          onSelect={(selection) => {
            select(selection)
            setOpened(false)
          }}
          onAdd={() => {
            setOpened(false)
            // The dialog gives the focus back to what had it. The list in the drawer is gone by then.
            button.current?.focus()
            onAdd()
          }}
        />
      </Drawer>
    </>
  )
}

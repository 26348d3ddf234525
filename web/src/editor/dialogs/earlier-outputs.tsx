import { Button, Group, Stack, Text, Textarea } from '@mantine/core'
import { useMemo, useState } from 'react'
import { holdsMark } from '../../../../src/secret-mark.ts'
import { Notice } from '../../feedback/notice.tsx'
import type { EarlierOutputInput } from '../../gql/graphql.ts'
import type { DraftStep } from '../draft/draft.ts'
import { type EarlierOutput, earlierOutputs, withWritten } from '../draft/test-data.ts'
import { useEditor } from '../state/editor-context.ts'

export interface UsedOutputs {
  list: readonly EarlierOutput[]
  /** Whether the fields say what is wrong with what was written. */
  asked: boolean
  /** What is sent; or undefined, and the fields say what is wrong. */
  read(): EarlierOutputInput[] | undefined
}

/** The outputs of earlier steps with which a step is tested. */
export function useEarlierOutputs(step: DraftStep): UsedOutputs {
  const { draft, types, samples, tests } = useEditor()
  const [asked, setAsked] = useState(false)
  const list = useMemo(() => {
    const before = draft.steps.slice(
      0,
      draft.steps.findIndex(({ id }) => id === step.id),
    )
    return earlierOutputs(step, before, types, samples, tests)
  }, [draft.steps, step, types, samples, tests])
  return {
    list,
    asked,
    read() {
      setAsked(true)
      return list.some(({ problem }) => problem) ? undefined : list.map(({ input }) => input)
    },
  }
}

const WHERE_FROM: Readonly<Record<EarlierOutput['from'], string>> = {
  written: 'As you wrote it here.',
  test: 'From its last test. Edit it to try another case.',
  run: 'From the last run. Edit it to try another case.',
  type: 'The step has not run yet: this is made up. Edit it, or test that step first.',
}

/** What the step reads of earlier steps. Nobody has to run them for a test. */
export function EarlierOutputs({ outputs: { list, asked } }: { outputs: UsedOutputs }) {
  if (list.length === 0) return null
  return (
    <Stack gap="sm">
      {list.map((it) => (
        <EarlierField key={it.step.id} output={it} asked={asked} />
      ))}
      {list.some(({ text }) => text !== undefined && holdsMark(text)) && (
        <Notice>
          Values of secrets are masked in it. The test sends the marks as they are, such as [secret NAME].
        </Notice>
      )}
    </Stack>
  )
}

function EarlierField({ output, asked }: { output: EarlierOutput; asked: boolean }) {
  const { setTests } = useEditor()
  const { step, from, text, problem } = output
  const label = `Output of ${step.key}`
  const write = (typed: string | undefined) => setTests((before) => withWritten(before, step.id, typed))
  if (text === undefined) {
    return (
      <Text size="sm">
        {label}: {from === 'test' ? 'from its last test' : 'from the last run'}. It is too large to be edited
        here.
      </Text>
    )
  }
  return (
    <div>
      <Textarea
        label={label}
        description={WHERE_FROM[from]}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        ff="monospace"
        autosize
        minRows={2}
        maxRows={8}
        spellCheck={false}
        value={text}
        error={asked ? problem : undefined}
        onChange={(event) => write(event.currentTarget.value)}
      />
      {from === 'written' && (
        <Group justify="flex-end">
          <Button variant="subtle" size="compact-xs" onClick={() => write(undefined)}>
            Undo my changes
          </Button>
        </Group>
      )}
    </div>
  )
}

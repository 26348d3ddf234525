import { Button, Progress, Stack, Text } from '@mantine/core'
import type { RefObject } from 'react'
import type { EnvEntry } from '../../../src/secret/env-file.ts'
import { DialogActions } from '../dialogs/dialog-actions.tsx'
import { DocsLink } from '../docs/docs-link.tsx'
import { RowsSkeleton } from '../feedback/skeletons.tsx'
import { Trouble } from '../feedback/trouble.tsx'
import { ImportRowFields } from './import-row.tsx'
import { stateOf } from './import-rows.ts'
import { PolicyFields } from './policy-fields.tsx'
import { useReview } from './use-review.ts'
import { ValueWarning } from './value-warning.tsx'

/** What was found in a file, and what becomes of each line. It shows no value. Save sends what is chosen. */
export function ImportReview({
  entries,
  onClose,
  ...told
}: {
  entries: RefObject<readonly EnvEntry[]>
  onClose: () => void
  onChanged: () => void
  onDone: (done: string) => void
}) {
  const review = useReview(entries, told)
  const { rows, progress, forAll } = review
  const { names, problem, reload } = review.known
  if (!names) return problem ? <Trouble problem={problem} onRetry={reload} /> : <RowsSkeleton />
  const count = rows.filter((it) => it.chosen).length
  return (
    <Stack gap="md">
      <ul className="import-rows" aria-label="Secrets of the file">
        {rows.map((row) => (
          <ImportRowFields
            key={row.at}
            row={row}
            state={stateOf(row, rows, names)}
            disabled={progress !== undefined}
            onChange={review.change}
          />
        ))}
      </ul>
      <Text size="xs" c="dimmed">
        <DocsLink to="import" about="names that clash" />
      </Text>
      {forAll && <PolicyFields draft={forAll} label="Where may steps send the new ones?" />}
      <ValueWarning />
      {progress && (
        <Progress value={(progress.done / progress.of) * 100} aria-label="Secrets that are done" />
      )}
      <Text size="sm" role="status">
        {progress ? `${progress.done} of ${progress.of} are done.` : review.told}
      </Text>
      <DialogActions onCancel={onClose}>
        <Button loading={progress !== undefined} disabled={count === 0} onClick={() => void review.submit()}>
          {count === 1 ? 'Save 1 secret' : `Save ${count} secrets`}
        </Button>
      </DialogActions>
    </Stack>
  )
}

import { Button, Group, Text } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'
import { useQuery } from 'urql'
import { FailureAlertDocument } from '../../gql/graphql.ts'
import { alertInWords } from './failure-alert.ts'

const AlertDialog = lazy(async () => ({ default: (await import('./alert-dialog.tsx')).AlertDialog }))

/** Who is told when a run fails, and the way to change it. @param automation the id of a saved one. */
export function AlertLine({ automation }: { automation: string }) {
  const [{ data }, reload] = useQuery({ query: FailureAlertDocument, variables: { id: automation } })
  const [open, setOpen] = useState(false)
  const alert = data?.automation?.failureAlert ?? null
  return (
    <div>
      <Text size="sm" fw={500}>
        When a run fails
      </Text>
      <Text size="sm" c="dimmed">
        {data ? alertInWords(alert) : ' '}
      </Text>
      <Group mt="xs">
        <Button variant="default" size="xs" disabled={!data} onClick={() => setOpen(true)}>
          Failure alerts…
        </Button>
      </Group>
      {open && (
        <Suspense>
          <AlertDialog
            automation={automation}
            alert={alert}
            onClose={() => setOpen(false)}
            onSaved={() => {
              setOpen(false)
              reload({ requestPolicy: 'network-only' })
            }}
          />
        </Suspense>
      )}
    </div>
  )
}

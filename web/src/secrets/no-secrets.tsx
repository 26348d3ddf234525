import { Button, Code } from '@mantine/core'
import { IconKey, IconSearch } from '@tabler/icons-react'
import { EmptyState } from '../feedback/empty-state.tsx'

/** What shows in place of the list when there is nothing in it. @param onAdd undefined for members. */
export function NoSecrets({ search, onAdd }: { search: string; onAdd: (() => void) | undefined }) {
  if (search !== '') {
    return (
      <EmptyState
        icon={<IconSearch size={28} stroke={1.4} aria-hidden />}
        title={`No name contains “${search}”.`}
      />
    )
  }
  return (
    <EmptyState
      icon={<IconKey size={28} stroke={1.4} aria-hidden />}
      title="No secrets yet"
      action={
        onAdd && (
          <Button variant="default" mt="xs" onClick={onAdd}>
            Add your first one
          </Button>
        )
      }
    >
      {onAdd ? (
        <>
          Add an API key or a token, such as <Code>STRIPE_KEY</Code>. Steps then use it as{' '}
          <Code>{'{{ secrets.STRIPE_KEY }}'}</Code>, and nobody reads it back.
        </>
      ) : (
        'When an admin adds one, you can use it in your automations.'
      )}
    </EmptyState>
  )
}

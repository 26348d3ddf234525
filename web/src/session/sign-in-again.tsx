import { Anchor, Stack, Text } from '@mantine/core'
import type { Ways } from '../api/accounts.ts'
import { useAccounts } from '../api/use-accounts.ts'
import { Dialog } from '../dialogs/dialog.tsx'
import { SignInForm } from './sign-in-form.tsx'

/** Lies above a dialog in which something is typed, when the session has ended. Nothing below it is lost. */
export function SignInAgain({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const [answer] = useAccounts<Ways>('ways')
  return (
    <Dialog title="Your session has ended" onClose={onClose} keepsTyped>
      <Stack gap="md">
        <Text size="sm">Sign in again, then save: what you have typed is still there.</Text>
        {answer?.data?.password && <SignInForm onDone={onDone} />}
        <Text size="sm">
          <Anchor href="/sign-in" target="_blank" rel="noopener" inherit underline="always">
            Sign in another way
          </Anchor>
          , in a new tab. Then close this, and save.
        </Text>
      </Stack>
    </Dialog>
  )
}

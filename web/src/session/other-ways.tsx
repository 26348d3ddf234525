import { Button, Stack } from '@mantine/core'
import { IconFingerprint, IconLogin2 } from '@tabler/icons-react'
import { goToProvider, type Ways } from '../api/accounts.ts'
import { FormProblem } from '../forms/form-problem.tsx'
import { useSubmission } from '../forms/use-submission.ts'
import { signInByPasskey } from './passkeys.ts'
import { useSession } from './session.tsx'

/** The ways to sign in besides a password. @param from the address that the person wanted to see. */
export function OtherWays({ ways, from, onDone }: { ways: Ways; from: string; onDone: () => void }) {
  const { restart } = useSession()
  const { busy, problem, send } = useSubmission()
  const byPasskey = () =>
    send(async () => {
      const found = await signInByPasskey()
      if (found) return found
      restart()
      onDone()
      return undefined
    })
  return (
    <Stack gap="xs">
      {ways.password && (
        <Button
          variant="default"
          leftSection={<IconFingerprint size={18} aria-hidden />}
          disabled={busy}
          onClick={byPasskey}
        >
          Use a passkey
        </Button>
      )}
      {ways.oidc && (
        <Button
          variant={ways.password ? 'default' : 'filled'}
          leftSection={<IconLogin2 size={18} aria-hidden />}
          disabled={busy}
          onClick={() => send(() => goToProvider(from))}
        >
          Single sign-on
        </Button>
      )}
      <FormProblem problem={problem} />
    </Stack>
  )
}

import type { FormEvent } from 'react'
import { signIn } from '../api/accounts.ts'
import { Button } from '../parts/button.tsx'
import { FormProblem } from '../parts/notice.tsx'
import { TextField } from '../parts/text-field.tsx'
import { useSubmission } from '../parts/use-submission.ts'
import { Link } from '../routing/link.tsx'
import { navigate, wantedPath } from '../routing/location.ts'
import { signUpPath } from '../routing/routes.ts'
import { Entrance } from './entrance.tsx'
import { textOf } from './form-text.ts'
import { useSession } from './session.tsx'

export function SignInPage() {
  return (
    <Entrance title="Sign in to Lockstep">
      <SignInForm onDone={() => navigate(wantedPath() ?? '/', { replace: true })} />
      <p className="aside">
        New here? <Link href={signUpPath}>Create an account</Link>
      </p>
    </Entrance>
  )
}

export function SignInForm({ onDone }: { onDone: () => void }) {
  const { restart } = useSession()
  const { busy, problem, send } = useSubmission()
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    send(async () => {
      const found = await signIn({ email: textOf(form, 'email'), password: textOf(form, 'password') })
      if (found) return found
      restart()
      onDone()
      return undefined
    })
  }
  return (
    <form method="post" onSubmit={submit}>
      <TextField label="Email" name="email" type="email" autoComplete="username" required />
      <TextField label="Password" name="password" type="password" autoComplete="current-password" required />
      <FormProblem problem={problem} />
      <Button kind="primary" submit busy={busy}>
        Sign in
      </Button>
    </form>
  )
}

import { Text } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { Loading } from '../feedback/loading.tsx'
import { Entrance } from '../layout/entrance.tsx'
import { ButtonLink, Link } from '../routing/link.tsx'
import { SignUpForm } from './sign-up-form.tsx'
import { useSignUpOffer } from './use-sign-up.ts'

const WELCOME = 'Create the first account. Then a workspace, and your first secret: it takes a minute.'

export function SignUpPage() {
  const navigate = useNavigate()
  const offer = useSignUpOffer()
  if (offer === undefined) return <Loading />
  if (offer === 'invited' || offer === 'closed') return <NoSignUp />
  const first = offer === 'first'
  return (
    <Entrance
      title={first ? 'Welcome to Lockstep' : 'Create your account'}
      lead={first ? WELCOME : undefined}
    >
      <SignUpForm onDone={() => void navigate({ to: '/', replace: true })} />
      {!first && (
        <Text size="sm" c="dimmed">
          Have an account?{' '}
          <Link to="/sign-in" underline="always">
            Sign in
          </Link>
        </Text>
      )}
    </Entrance>
  )
}

function NoSignUp() {
  return (
    <Entrance
      title="Accounts are by invitation"
      lead="Ask an admin of your workspace to invite you, and open the link that you are given."
    >
      <ButtonLink to="/sign-in">Sign in</ButtonLink>
    </Entrance>
  )
}

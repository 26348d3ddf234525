import { Button } from '@mantine/core'
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { Entrance } from '../session/entrance.tsx'
import { ButtonLink } from './link.tsx'

export function NotFoundPage() {
  return (
    <Entrance title="There is nothing here" lead="The address may have been mistyped.">
      <ButtonLink to="/">Go to Lockstep</ButtonLink>
    </Entrance>
  )
}

/** In place of a page that could not be shown: of a bug of ours, or of a part that could not be loaded. */
export function BrokenPage({ reset }: ErrorComponentProps) {
  const router = useRouter()
  const retry = () => {
    reset()
    void router.invalidate()
  }
  return (
    <Entrance title="This page could not be shown" lead="Check your connection, then try again.">
      <Button onClick={retry}>Try again</Button>
      <Button variant="default" onClick={() => window.location.reload()}>
        Load Lockstep anew
      </Button>
    </Entrance>
  )
}

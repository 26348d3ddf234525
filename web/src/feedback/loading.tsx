import { Container, Loader } from '@mantine/core'
import { useEffect, useState } from 'react'

const PATIENCE = 400

/** Shows that something loads, after a moment. Most answers come sooner, so that nobody sees it flash. */
export function Loading() {
  const [late, setLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), PATIENCE)
    return () => clearTimeout(timer)
  }, [])
  return (
    <Container component="main" size="xs" py={120} ta="center" aria-busy="true">
      {late && <Loader aria-label="Loading" />}
    </Container>
  )
}

/** The output of a transform for these chunks. */
export async function through<T>(transform: TransformStream<T, T>, chunks: readonly T[]): Promise<T[]> {
  const output: T[] = []
  const source = new ReadableStream<T>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  })
  await source.pipeThrough(transform).pipeTo(
    new WritableStream<T>({
      write(chunk) {
        output.push(chunk)
      },
    }),
  )
  return output
}

// OpenTelemetry traces of requests. The SDK is loaded only if traces are exported.
import type { MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import type { Environment } from './environment.ts'

export interface Tracing {
  /** A span for each request, which continues the trace named by its `traceparent` header. */
  readonly requests: MiddlewareHandler<Environment>
  /** Wraps these methods of `target`: each call has a span within that of its request. */
  instrument<T extends object>(target: T, name: string, methods: readonly (keyof T & string)[]): void
  /** Exports the remaining spans. */
  close(): Promise<void>
}

/**
 * Exports spans over OTLP to the collector at `endpoint`, such as http://localhost:4318. Spans contain routes instead of
 * paths, so that no user id leaves the service.
 */
export async function openTracing(endpoint: string): Promise<Tracing> {
  const { context, propagation, trace, SpanKind, SpanStatusCode } = await import('@opentelemetry/api')
  const { provider } = await startExporting(endpoint)
  const tracer = trace.getTracer('palate')

  const requests: MiddlewareHandler<Environment> = (c, next) => {
    const parent = propagation.extract(context.active(), c.req.header())
    return tracer.startActiveSpan(c.req.method, { kind: SpanKind.SERVER }, parent, async (span) => {
      await next()
      const [route, { status }] = [routePath(c, -1), c.res]
      span.updateName(`${c.req.method} ${route}`)
      span.setAttributes({
        'http.request.method': c.req.method,
        'http.route': route,
        'http.response.status_code': status,
        'palate.request_id': c.get('requestId'),
      })
      if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
      span.end()
    })
  }

  const traced =
    (name: string, call: (...args: unknown[]) => unknown) =>
    (...args: unknown[]) =>
      tracer.startActiveSpan(name, async (span) => {
        try {
          return await call(...args)
        } finally {
          span.end()
        }
      })

  return {
    requests,
    instrument: (target, name, methods) => {
      const calls = target as Record<string, (...args: unknown[]) => unknown>
      for (const method of methods) calls[method] = traced(`${name}.${method}`, calls[method]!.bind(target))
    },
    close: async () => {
      await provider.shutdown()
      trace.disable()
      context.disable()
      propagation.disable()
    },
  }
}

async function startExporting(endpoint: string) {
  const [{ BatchSpanProcessor, NodeTracerProvider }, { OTLPTraceExporter }, { resourceFromAttributes }] =
    await Promise.all([
      import('@opentelemetry/sdk-trace-node'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ])
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` })
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'palate' }),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  })
  provider.register()
  return { provider }
}

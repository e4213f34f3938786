/** The route table as OpenAPI 3.1. Bodies and queries are described as they are sent, answers as they arrive. */
import { z } from 'zod';
import { errorBody } from '@/lib/contracts/common';
import { type RouteSpec, routes } from '@/lib/contracts/routes';

type Json = Record<string, unknown>;

export function openApiDocument(publicUrl: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const [id, spec] of Object.entries<RouteSpec>(routes)) {
    const path = spec.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [spec.method.toLowerCase()]: operationOf(id, spec) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Gatehouse', version: '1', description: 'The operator console and the gate for AI agent runs.' },
    servers: [{ url: publicUrl }],
    paths,
    components: {
      schemas: { Error: schemaOf(errorBody, 'output') },
      responses: {
        Error: { description: 'Refused or failed.', content: jsonContent({ $ref: '#/components/schemas/Error' }) },
      },
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'next-auth.session-token' },
        serviceKey: { type: 'http', scheme: 'bearer' },
      },
    },
  };
}

function operationOf(id: string, spec: RouteSpec): Json {
  const security: Json[] = [];
  if (spec.permission) security.push({ session: [] });
  if (spec.scope) security.push({ serviceKey: [] });
  const needs = [
    spec.permission && `Operators need the permission \`${spec.permission}\`.`,
    spec.scope && `Service keys need the scope \`${spec.scope}\`.`,
  ];
  return {
    operationId: id,
    tags: [id.split('.')[0]],
    description: needs.filter(Boolean).join(' '),
    security,
    parameters: [...pathParameters(spec.path), ...queryParameters(spec.query)],
    ...(spec.body && { requestBody: { required: true, content: jsonContent(schemaOf(spec.body, 'input')) } }),
    responses: {
      [spec.status]: {
        description: 'Done.',
        ...(spec.response && { content: jsonContent(schemaOf(spec.response, 'output')) }),
      },
      default: { $ref: '#/components/responses/Error' },
    },
  };
}

function pathParameters(path: string): Json[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function queryParameters(query: z.ZodType | undefined): Json[] {
  if (!query) return [];
  const { properties = {}, required = [] } = schemaOf(query, 'input') as { properties?: Json; required?: string[] };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}

function jsonContent(schema: Json): Json {
  return { 'application/json': { schema } };
}

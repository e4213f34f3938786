/** What may import what: ARCHITECTURE.md in the form a machine checks. Each rule carries its reason. */
const domain = '^lib/(?!platform/|contracts/)[^/]+/';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'components-import-contracts-only',
      comment:
        'Components run in the browser. The wire shapes are all they share with the server; anything else of lib would drag secrets, SQL and Node modules into the bundle.',
      severity: 'error',
      from: { path: '^components/' },
      to: { path: '^(app|lib|server|prisma|bin)/', pathNot: '^lib/contracts/' },
    },
    {
      name: 'lib-stands-alone',
      comment:
        'The domain knows no page and no socket, so that HTTP, WebSocket, MCP and the command line stay thin adapters around the same code.',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: '^(app|components|server|bin)/' },
    },
    {
      name: 'lib-without-next',
      comment:
        'The custom server and the tests load lib under plain Node, where next/* has no request and server-only throws.',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: '(^|/)node_modules/(next|next-auth|server-only|react|react-dom)/' },
    },
    {
      name: 'platform-below-domain',
      comment:
        'The platform is what every concept stands on. An import upwards would make each concept depend on all the others.',
      severity: 'error',
      from: { path: '^lib/platform/' },
      to: { path: domain },
    },
    {
      name: 'contracts-shared-with-browser',
      comment: 'The browser loads the contracts, so they import nothing but each other and zod.',
      severity: 'error',
      from: { path: '^lib/contracts/' },
      to: { pathNot: '^(lib/contracts/|node_modules/zod/)' },
    },
    {
      name: 'gate-on-top',
      comment: 'The gate decides over all other concepts. Were one of them to call it, there would be a second way in.',
      severity: 'error',
      from: { path: '^lib/(?!gate/)' },
      to: { path: '^lib/gate/' },
    },
    {
      name: 'app-reaches-server-through-runtime',
      comment:
        'Next bundles what it imports a second time. Pages and routes reach live services through runtime(), never by importing the server.',
      severity: 'error',
      from: { path: '^app/' },
      to: { path: '^server/' },
    },
    {
      name: 'server-without-pages',
      comment:
        'The server hands requests to Next; importing a page or a component would load React into the data plane.',
      severity: 'error',
      from: { path: '^server/' },
      to: { path: '^(app|components)/' },
    },
    {
      name: 'product-without-tests',
      comment: 'What ships must not stand on what only tests have.',
      severity: 'error',
      from: { path: '^(app|components|lib|server|prisma)/' },
      to: { path: '^(test|bench)/' },
    },
    {
      name: 'product-without-dev-packages',
      comment:
        'A package that the product needs belongs into dependencies, or an installation without development packages breaks.',
      severity: 'error',
      from: { path: '^(app|components|lib|server|prisma)/' },
      to: { dependencyTypes: ['npm-dev'], pathNot: 'node_modules/@types/' },
    },
    {
      name: 'resolvable',
      comment: 'An import that leads nowhere fails at run time, perhaps only in production.',
      severity: 'error',
      from: {},
      // The generated client is not committed; type checking finds it missing.
      to: { couldNotResolve: true, pathNot: '^(@/)?prisma/generated/' },
    },
    {
      name: 'no-cycles',
      comment:
        'Two modules that need each other are one module, or one of them has the wrong content. Types alone may refer back.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      comment: 'A module that nothing imports, and that is no entry point, is dead.',
      severity: 'error',
      from: {
        orphan: true,
        pathNot:
          '\\.d\\.ts$|\\.css$|^server/(main|cli/main|workers/[^/]+)\\.ts$|^app/.*(page|layout|route|error|not-found|loading|global-error)\\.tsx?$',
      },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules|^prisma/generated/' },
    exclude: { path: '^(\\.next|build)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};

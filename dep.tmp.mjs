import {readFileSync,globSync} from 'node:fs';
import {buildSchema,parse,TypeInfo,visit,visitWithTypeInfo} from 'graphql';
const schema=buildSchema(readFileSync('schema.graphql','utf8'));
const files=globSync(['web/src/**/*.{graphql,ts,tsx}','examples/**/*.{ts,tsx,graphql,md,js}','packages/client/**/*.{ts,tsx,graphql,md}','src/commands/**/*.ts','src/client/**/*.ts','src/doctor/**/*.ts','bench/**/*.ts','docs/*.md','README.md'],{exclude:f=>f.includes('node_modules')||f.includes('/gql/')||f.includes('dist')});
const sources=f=>{const t=readFileSync(f,'utf8');if(f.endsWith('.graphql'))return[t];return [...t.matchAll(/[`'"]\s*((?:query|mutation|subscription|fragment)\b[^`]*?)`|```graphql\n([\s\S]*?)```|`(\s*\{[^`]*\})`/g)].map(m=>m[1]||m[2]||m[3])};
for(const f of files)for(const s of sources(f)){let d;try{d=parse(s)}catch(e){ if(/query|mutation|fragment/.test(s)) console.log('unparsed',f,s.slice(0,60).replace(/\s+/g,' '));continue}
 const ti=new TypeInfo(schema);visit(d,visitWithTypeInfo(ti,{Field(n){const def=ti.getFieldDef();if(!def)console.log('?',f,n.name.value);if(def?.deprecationReason)console.log(f,ti.getParentType().name+'.'+n.name.value)}}))}

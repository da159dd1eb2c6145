// Checks the gateway's OpenAPI and AsyncAPI documents against the official schemas.
// usage: node documents.mjs OPENAPI.json ASYNCAPI.json
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Validator } from '@seriousme/openapi-schema-validator';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';

const [openapiFile, asyncapiFile] = process.argv.slice(2);
const read = (file) => JSON.parse(readFileSync(file, 'utf8'));
let wrong = 0;
const report = (what, errors) => {
  for (const error of errors ?? []) {
    wrong += 1;
    console.error(`${what}${error.instancePath ?? ''}: ${error.message ?? error}`);
  }
};

const openapi = await new Validator().validate(read(openapiFile));
report('openapi', openapi.valid ? [] : [].concat(openapi.errors));

const schema = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0-without-$id.json');
const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true });
addFormats(ajv);
const validate = ajv.compile(schema);
report('asyncapi', validate(read(asyncapiFile)) ? [] : validate.errors);

process.exit(wrong > 0 ? 1 : 0);

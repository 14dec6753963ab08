# The customers of customers.json by Terraform's provider for any REST API.
terraform {
  required_providers {
    restapi = {
      source = "mastercard/restapi"
    }
  }
}

variable "api_url" {
  type = string
}

variable "backend_api_key" {
  type      = string
  sensitive = true
}

provider "restapi" {
  uri                  = var.api_url
  headers              = { Authorization = "Bearer ${var.backend_api_key}" }
  update_method        = "PATCH"
  write_returns_object = true
}

# A module for each customer: where all customers' objects are instances of the same resources, Terraform gathers all of them for each reference to one.
module "customer" {
  source   = "./customer"
  for_each = jsondecode(file("${path.module}/customers.json"))

  display_name = each.value.displayName
  roles        = each.value.roles
  api_keys     = each.value.apiKeys
}

output "customers" {
  sensitive = true
  value     = module.customer
}

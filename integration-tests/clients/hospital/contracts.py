"""The contracts: compiled from the .proto files of this checkout when the program starts, in memory only."""

import pathlib
import sys

import grpc

# grpcio-tools looks for .proto files where Python looks for modules.
sys.path.append(str(pathlib.Path(__file__).resolve().parents[3] / "proto"))

batch, batch_service = grpc.protos_and_services("workinjury/common/v1/batch.proto")
medical, medical_service = grpc.protos_and_services("workinjury/benefit_review/v1/medical.proto")
benefit = grpc.protos("workinjury/benefit_review/v1/benefit.proto")
bill = grpc.protos("workinjury/benefit_review/v1/medical_bill.proto")
catalogue = grpc.protos("workinjury/medical_agreement/v1/catalogue.proto")
values = grpc.protos("workinjury/common/v1/values.proto")
date = grpc.protos("google/type/date.proto")
options = grpc.protos("workinjury/options/v1/options.proto")


def label(enum, number: int) -> str:
    """How an enum value is called in Chinese."""
    value = enum.DESCRIPTOR.values_by_number.get(number)
    return value.GetOptions().Extensions[options.label] if value else str(number)


def field_label(message, name: str) -> str:
    """How a field is called in Chinese."""
    return message.DESCRIPTOR.fields_by_name[name].GetOptions().Extensions[options.field].label
